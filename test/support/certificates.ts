import { sign, X509Certificate } from "node:crypto";
import { AsnConvert } from "@peculiar/asn1-schema";
import {
  AlgorithmIdentifier,
  Certificate,
  Extensions,
  SubjectPublicKeyInfo,
  TBSCertificate,
  Validity,
} from "@peculiar/asn1-x509";
import type { Extension, Name } from "@peculiar/asn1-x509";
import { fingerprintOf } from "../../origin-verifier/certificate/fingerprint-of.ts";
import { toPem } from "../../origin-verifier/certificate/pem-blocks.ts";
import type { Fingerprint } from "../../shared/fingerprint.ts";
import {
  authorityKeyId,
  basicConstraints,
  EKU,
  extendedKeyUsage,
  keyUsage,
  name,
  subjectAltName,
  subjectKeyId,
} from "./certificate-parts.ts";
import { freshKeys, signatureOf } from "./keys.ts";
import type { Keys, Signature } from "./keys.ts";

const DAY = 86_400_000;
let count = 0;

/** A certificate made for a test: good, or odd in exactly the way that its recipe says. */
export interface Minted {
  readonly der: Buffer;
  readonly pem: string;
  readonly keyPem: string;
  readonly keys: Keys;
  readonly subject: Name;
  readonly fingerprint: Fingerprint;
  /** The engine's view; throws for what the engine does not read. */
  readonly certificate: X509Certificate;
}

/** How a certificate is made; whatever is left out is as an ordinary issuer does it. Nothing of it is kept on disk. */
export interface Recipe {
  /** A common name, or a whole name. */
  readonly subject?: string | Name;
  /** Who signs; the certificate itself where left out. */
  readonly by?: Pick<Minted, "keys" | "subject">;
  /** A fresh P-256 pair where left out. */
  readonly keys?: Keys;
  readonly signature?: Signature;
  readonly version?: number;
  /** Content octets of the INTEGER, as they are. */
  readonly serial?: Buffer;
  /** ms since the epoch; from yesterday, for 30 days, where left out. */
  readonly notBefore?: number;
  readonly notAfter?: number;
  /** All of them, in this order. */
  readonly extensions?: readonly Extension[];
  /** The last word on what is signed. */
  readonly change?: (tbs: TBSCertificate) => void;
  /** The last word on what is not. */
  readonly changeOutside?: (certificate: Certificate) => void;
}

/** Makes a certificate from its structure, so that nothing is too odd to be made. */
export function mint(recipe: Recipe = {}): Minted {
  count += 1;
  const keys = recipe.keys ?? freshKeys();
  const { subject: wanted = `certificate ${count}` } = recipe;
  const subject = typeof wanted === "string" ? name(wanted) : wanted;
  const signer = recipe.by?.keys ?? keys;
  const signature = recipe.signature ?? signatureOf(signer);
  const spki = keys.publicKey.export({ type: "spki", format: "der" });
  const tbs = new TBSCertificate({
    version: (recipe.version ?? 3) - 1,
    serialNumber: bytes(recipe.serial ?? Buffer.from(`5a${String(count).padStart(8, "0")}`, "hex")),
    signature: new AlgorithmIdentifier(signature.algorithm),
    issuer: recipe.by?.subject ?? subject,
    validity: new Validity({
      notBefore: new Date(recipe.notBefore ?? Date.now() - DAY),
      notAfter: new Date(recipe.notAfter ?? Date.now() + 30 * DAY),
    }),
    subject,
    subjectPublicKeyInfo: AsnConvert.parse(spki, SubjectPublicKeyInfo),
  });
  if (recipe.extensions !== undefined) tbs.extensions = new Extensions([...recipe.extensions]);
  recipe.change?.(tbs);
  const signed = Buffer.from(AsnConvert.serialize(tbs));
  const key = { key: signer.privateKey, ...signature.options };
  const certificate = new Certificate({
    tbsCertificate: tbs,
    signatureAlgorithm: new AlgorithmIdentifier(signature.algorithm),
    signatureValue: bytes(sign(signature.hash, signed, key)),
  });
  recipe.changeOutside?.(certificate);
  const der = Buffer.from(AsnConvert.serialize(certificate));
  return {
    der,
    pem: toPem("CERTIFICATE", der),
    keyPem: keys.privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    keys,
    subject: tbs.subject,
    fingerprint: fingerprintOf(der),
    get certificate() {
      return new X509Certificate(der);
    },
  };
}

/** A good CA: a root, or an intermediate where somebody else signs it. */
export function mintCa(recipe: Recipe = {}): Minted {
  const keys = recipe.keys ?? freshKeys();
  return mint({ ...recipe, keys, extensions: recipe.extensions ?? caExtensions(keys, recipe.by) });
}

/** The extensions of a good CA. */
export function caExtensions(keys: Keys, by?: Recipe["by"]): readonly Extension[] {
  return [
    basicConstraints(true),
    keyUsage("keyCertSign", "cRLSign"),
    subjectKeyId(keys),
    ...(by === undefined ? [] : [authorityKeyId(by.keys)]),
  ];
}

/** How a pull certificate is made. */
export interface LeafRecipe extends Recipe {
  /** Its DNS names. */
  readonly names?: readonly string[];
}

/** A good pull certificate. */
export function mintLeaf(by: Pick<Minted, "keys" | "subject">, recipe: LeafRecipe = {}): Minted {
  const keys = recipe.keys ?? freshKeys();
  const extensions = recipe.extensions ?? leafExtensions(keys, by, recipe.names);
  return mint({ by, ...recipe, keys, extensions });
}

/** The extensions of a good pull certificate. */
export function leafExtensions(
  keys: Keys,
  by: Pick<Minted, "keys">,
  names: readonly string[] = ["shop.example.com"],
): readonly Extension[] {
  return [
    basicConstraints(false),
    keyUsage("digitalSignature"),
    extendedKeyUsage(EKU.clientAuth),
    subjectAltName(...names),
    subjectKeyId(keys),
    authorityKeyId(by.keys),
  ];
}

/** The extensions but for those of one kind, and others added. */
export function without(
  extensions: readonly Extension[],
  oid: string,
  ...added: readonly Extension[]
): readonly Extension[] {
  return [...extensions.filter(({ extnID }) => extnID !== oid), ...added];
}

function bytes(buffer: Buffer): ArrayBuffer {
  return new Uint8Array(buffer).buffer;
}
