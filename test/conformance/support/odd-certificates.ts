import { createPrivateKey, createPublicKey, generatePrimeSync } from "node:crypto";
import { AsnConvert } from "@peculiar/asn1-schema";
import { SubjectPublicKeyInfo, type Extension } from "@peculiar/asn1-x509";
import {
  basicConstraints,
  EKU,
  extendedKeyUsage,
  extension,
  keyUsage,
} from "../../support/certificate-parts.ts";
import {
  leafExtensions,
  mint,
  mintCa,
  mintLeaf,
  without,
  type Minted,
  type Recipe,
} from "../../support/certificates.ts";
import {
  freshKeys,
  keysOf,
  SIGNATURES,
  type KeyKind,
  type Keys,
  type Signature,
} from "../../support/keys.ts";

/** A pull certificate that no entry may accept, and what may be said of it. */
export interface OddCertificate {
  readonly promise: string;
  readonly what: string;
  readonly peer: Pick<Minted, "pem" | "keyPem" | "fingerprint">;
  /** Several where one engine gives up on it before another: then the line is `handshake-failed`. */
  readonly reasons: readonly string[];
}

/** The CAs of a world: those of the entries' issuer, one of them with an RSA key, and one of another issuer. */
export interface Cas {
  readonly ec: Minted;
  readonly rsa: Minted;
  readonly other: Minted;
}

/** Both names, so that a certificate has no other fault than its own at either entry. */
export const NAMES = ["shop.example.com", "blog.example.com"];
const DAY = 86_400_000;
const BASIC_CONSTRAINTS = "2.5.29.19";
const KEY_USAGE = "2.5.29.15";
const EXTENDED_KEY_USAGE = "2.5.29.37";

/** Every row of what Node accepts by default and the verifier must not, and their neighbours. */
export function oddCertificates(cas: Cas): readonly OddCertificate[] {
  return [...unfit(cas), ...weak(cas), ...outOfTime(cas), ...ofOthers(cas)];
}

function leaf(by: Minted, recipe: Recipe = {}): Minted {
  return mintLeaf(by, { names: NAMES, ...recipe });
}

/** A good one, but for one extension. */
function instead(by: Minted, oid: string, ...added: readonly Extension[]): Minted {
  const keys = freshKeys();
  return leaf(by, { keys, extensions: without(leafExtensions(keys, by, NAMES), oid, ...added) });
}

function odd(
  promise: string,
  what: string,
  reason: string,
  peer: OddCertificate["peer"],
): OddCertificate {
  return { promise, what, peer, reasons: [reason] };
}

function signed(what: string, by: Minted, signature: Signature): OddCertificate {
  const reasons = ["weak-signature", "handshake-failed"];
  return { promise: "P10", what: `signed by ${what}`, peer: leaf(by, { signature }), reasons };
}

function unfit({ ec }: Cas): readonly OddCertificate[] {
  const use = (...uses: string[]) => instead(ec, EXTENDED_KEY_USAGE, extendedKeyUsage(...uses));
  const unknown = extension("1.3.6.1.4.1.99999.1", "0500", true);
  const version1 = leaf(ec, { version: 1, change: (tbs) => void delete tbs.extensions });
  const twice = instead(ec, "", extendedKeyUsage(EKU.clientAuth));
  const caWithoutKeyUsage = mintCa({ by: ec, extensions: [basicConstraints(true)] });
  return [
    odd("P8", "without extendedKeyUsage", "not-for-client-auth", instead(ec, EXTENDED_KEY_USAGE)),
    odd("P8", "for serverAuth alone", "not-for-client-auth", use(EKU.serverAuth)),
    odd("P8", "for anyExtendedKeyUsage", "not-for-client-auth", use(EKU.any)),
    odd(
      "P8",
      "without digitalSignature",
      "not-for-client-auth",
      instead(ec, KEY_USAGE, keyUsage("keyEncipherment")),
    ),
    odd("P8", "of version 1", "not-version-3", version1),
    odd(
      "P9",
      "with CA:TRUE",
      "certificate-is-a-ca",
      instead(ec, BASIC_CONSTRAINTS, basicConstraints(true)),
    ),
    odd("P9", "of a CA without keyUsage", "certificate-is-a-ca", caWithoutKeyUsage),
    odd("P9", "of the issuer itself", "certificate-is-a-ca", ec),
    odd(
      "P9",
      "with keyCertSign and without CA:TRUE",
      "certificate-is-a-ca",
      instead(ec, KEY_USAGE, keyUsage("digitalSignature", "keyCertSign")),
    ),
    odd(
      "P9",
      "with a critical extension that nobody knows",
      "malformed-certificate",
      instead(ec, "", unknown),
    ),
    {
      ...odd("P9", "with one extension twice", "malformed-certificate", twice),
      // The engine finds it invalid, and will not say who signed it.
      reasons: ["malformed-certificate", "unknown-issuer"],
    },
  ];
}

/** A key that works in a handshake, with an SPKI that is not to be read. */
function spelled(what: string, by: Minted, spki: Buffer, keys: Keys): OddCertificate {
  const info = AsnConvert.parse(spki, SubjectPublicKeyInfo);
  const change: Recipe["change"] = (tbs) => void (tbs.subjectPublicKeyInfo = info);
  return {
    promise: "P10",
    what: `with a key of ${what}`,
    peer: leaf(by, { keys, change }),
    reasons: ["weak-key", "handshake-failed", "no-certificate"],
  };
}

function spkiOf({ publicKey }: Keys): Buffer {
  return publicKey.export({ type: "spki", format: "der" });
}

/** RFC 5480 2.2: 02 or 03 and x alone, for 04, x and y. */
function compressed(keys: Keys): Buffer {
  const spki = spkiOf(keys);
  const [x, y] = [spki.subarray(-64, -32), spki.subarray(-32)];
  const head = Buffer.from("3039301306072a8648ce3d020106082a8648ce3d030107032200", "hex");
  return Buffer.concat([head, Buffer.of(2 + (y.readUInt8(31) % 2)), x]);
}

/** RFC 3279 2.3.1: the parameters of an RSA key are NULL, and not absent. */
function withoutNull(keys: Keys): Buffer {
  const spki = spkiOf(keys);
  spki.writeUInt16BE(spki.readUInt16BE(2) - 2, 2);
  return Buffer.concat([
    spki.subarray(0, 4),
    Buffer.from("300b", "hex"),
    spki.subarray(6, 17),
    spki.subarray(19),
  ]);
}

/** 3 and a prime: whoever divides once has the private key. */
function multipleOf3(): Keys {
  const [p, e] = [3n, 65_537n];
  let q = generatePrimeSync(2_047, { bigint: true });
  while (p * q < 1n << 2_047n || q % e === 1n) q = generatePrimeSync(2_047, { bigint: true });
  const d = inverse(e, (p - 1n) * (q - 1n));
  const numbers = {
    n: p * q,
    e,
    d,
    p: q,
    q: p,
    dp: d % (q - 1n),
    dq: d % (p - 1n),
    qi: inverse(p, q),
  };
  const key = Object.fromEntries(
    Object.entries(numbers).map(([name, number]) => [name, base64url(number)]),
  );
  const privateKey = createPrivateKey({ format: "jwk", key: { kty: "RSA", ...key } });
  return { privateKey, publicKey: createPublicKey(privateKey) };
}

function base64url(number: bigint): string {
  const hex = number.toString(16);
  return Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, "hex").toString("base64url");
}

/** Euclid's: the inverse of a number, modulo another. */
function inverse(number: bigint, modulo: bigint): bigint {
  let [a, b, x, y] = [number % modulo, modulo, 1n, 0n];
  while (a > 1n) [a, b, x, y] = [b % a, a, y - (b / a) * x, x];
  return ((x % modulo) + modulo) % modulo;
}

function weak({ ec, rsa }: Cas): readonly OddCertificate[] {
  const [ecKeys, rsaKeys, threefold] = [freshKeys(), keysOf("rsa-2048"), multipleOf3()];
  const key = (what: string, kind: KeyKind): OddCertificate => ({
    promise: "P10",
    what: `with a key of ${what}`,
    peer: leaf(rsa, { keys: keysOf(kind) }),
    // In TLS 1.3 a peer has no way to sign with some of them, and shows nothing.
    reasons: ["weak-key", "handshake-failed", "no-certificate"],
  });
  return [
    key("RSA with 1024 bits", "rsa-1024"),
    key("RSA with 1536 bits", "rsa-1536"),
    key("RSA with 2047 bits", "rsa-2047"),
    key("secp256k1", "secp256k1"),
    key("P-192", "prime192v1"),
    spelled("P-256 in its compressed form", rsa, compressed(ecKeys), ecKeys),
    spelled("RSA without its parameters", rsa, withoutNull(rsaKeys), rsaKeys),
    spelled("RSA with a modulus that is a multiple of 3", rsa, spkiOf(threefold), threefold),
    signed("ECDSA with SHA-1", ec, SIGNATURES.ecdsaSha1),
    signed("ECDSA with SHA-224", ec, SIGNATURES.ecdsaSha224),
    signed("RSA with MD5", rsa, SIGNATURES.rsaMd5),
    signed("RSA with SHA-1", rsa, SIGNATURES.rsaSha1),
    signed("RSA with SHA-224", rsa, SIGNATURES.rsaSha224),
  ];
}

function outOfTime({ ec }: Cas): readonly OddCertificate[] {
  const now = Date.now();
  return [
    {
      promise: "P11",
      what: "that has expired",
      peer: leaf(ec, { notAfter: now - 2_000 }),
      reasons: ["certificate-expired"],
    },
    {
      promise: "P11",
      what: "that is not valid yet",
      peer: leaf(ec, { notBefore: now + DAY }),
      reasons: ["certificate-not-yet-valid"],
    },
  ];
}

function ofOthers({ ec, other }: Cas): readonly OddCertificate[] {
  const stranger = mintCa({ subject: "somebody" });
  // The name of the issuer, and a key of its own.
  const forged = mintCa({ subject: ec.subject });
  const good = leaf(ec);
  const below = leaf(good);
  const selfSigned = freshKeys();
  return [
    odd("P12", "of the mapping's other issuer", "wrong-issuer", leaf(other)),
    odd("P12", "of a stranger's issuer", "unknown-issuer", leaf(stranger)),
    odd("P12", "of an issuer with the same name and another key", "unknown-issuer", leaf(forged)),
    odd("P12", "signed by a pull certificate", "unknown-issuer", {
      ...below,
      pem: `${below.pem}${good.pem}`,
    }),
    odd(
      "P12",
      "signed by itself",
      "unknown-issuer",
      mint({
        subject: "shop.example.com",
        keys: selfSigned,
        extensions: leafExtensions(selfSigned, { keys: selfSigned }, NAMES),
      }),
    ),
  ];
}
