import { AsnConvert } from "@peculiar/asn1-schema";
import { SubjectPublicKeyInfo } from "@peculiar/asn1-x509";
import {
  basicConstraints,
  EKU,
  extendedKeyUsage,
  keyUsage,
} from "../../support/certificate-parts.ts";
import {
  caExtensions,
  mintCa,
  mintLeaf,
  without,
  type Minted,
} from "../../support/certificates.ts";
import { mintCrl } from "../../support/crls.ts";
import { freshKeys, keysOf, SIGNATURES } from "../../support/keys.ts";

/** An issuer file that no trust may be built from, and how many problems it has. */
export interface OddIssuerFile {
  readonly what: string;
  readonly text: string;
  readonly problems: number;
}

const KEY_USAGE = "2.5.29.15";
const DAY = 86_400_000;

/** Files that Node takes without a word: it drops what it cannot read, and trusts Mozilla's roots for nothing at all. */
export function oddIssuerFiles(good: Minted): readonly OddIssuerFile[] {
  const keys = freshKeys();
  const usual = caExtensions(keys);
  const now = Date.now();
  const version1 = mintCa({ version: 1, change: (tbs) => void delete tbs.extensions });
  const cannotSign = mintCa({ keys, extensions: without(usual, KEY_USAGE, keyUsage("cRLSign")) });
  const noCa = mintCa({ extensions: [basicConstraints(false), keyUsage("keyCertSign")] });
  const forServers = mintCa({ keys, extensions: [...usual, extendedKeyUsage(EKU.serverAuth)] });
  const expired = mintCa({ notBefore: now - 9 * DAY, notAfter: now - DAY });
  const ofTomorrow = mintCa({ notBefore: now + DAY });
  const weak = mintCa({ keys: keysOf("rsa-1024") });
  const dsa = mintCa({ keys: keysOf("dsa") });
  // The point at infinity: to ask Node 22 about it ends the process.
  const infinity = Buffer.from("3019301306072a8648ce3d020106082a8648ce3d03010703020000", "hex");
  const subjectPublicKeyInfo = AsnConvert.parse(infinity, SubjectPublicKeyInfo);
  const noKey = mintCa({ change: (tbs) => void Object.assign(tbs, { subjectPublicKeyInfo }) });
  const bySha1 = mintCa({ by: good, signature: SIGNATURES.ecdsaSha1 });
  const orphan = mintCa({ by: mintCa() });
  const lines = good.pem.split("\n");
  return [
    odd("that is empty", ""),
    odd("of blanks", " \n\n"),
    odd("of words", "the issuer\n"),
    odd("that is DER", good.der.toString("latin1")),
    odd("that is cut", lines.slice(0, -3).join("\n")),
    odd("with a corrupt block behind a good one", good.pem + corrupted(mintCa().pem)),
    odd("with a corrupt block before a good one", corrupted(mintCa().pem) + good.pem),
    odd(
      "with a block that lost a dash",
      good.pem + mintCa().pem.replace("-----BEGIN", "----BEGIN"),
    ),
    odd("with the private key", good.pem + good.keyPem),
    odd("of the private key", good.keyPem),
    odd(
      "with OpenSSL's own kind of block",
      good.pem.replaceAll("CERTIFICATE", "TRUSTED CERTIFICATE"),
    ),
    odd("with a revocation list", good.pem + mintCrl(good)),
    odd("with the same CA twice", good.pem + good.pem),
    odd("of a leaf", mintLeaf(good).pem),
    odd("of a CA of version 1", version1.pem),
    odd("of a CA without keyCertSign", cannotSign.pem),
    odd("of a CA with CA:FALSE", noCa.pem),
    odd("of a CA for servers alone", forServers.pem),
    odd("of a CA that has expired", expired.pem),
    odd("of a CA that is not valid yet", ofTomorrow.pem),
    odd("of a CA with 1024 bits of RSA", weak.pem),
    odd("of a CA with a DSA key", dsa.pem),
    odd("of a CA whose key is no key at all", noKey.pem),
    odd("with an intermediate signed with SHA-1", good.pem + bySha1.pem),
    odd("with an intermediate that no root leads to", good.pem + orphan.pem),
    odd("with three wrong CAs", expired.pem + good.pem + weak.pem + ofTomorrow.pem, 3),
  ];
}

function corrupted(pem: string): string {
  const lines = pem.split("\n");
  return [lines[0], "AAAA" + (lines[1] ?? "").slice(4), ...lines.slice(2)].join("\n");
}

function odd(what: string, text: string, problems = 1): OddIssuerFile {
  return { what, text, problems };
}
