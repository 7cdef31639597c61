import { createPublicKey, generateKeyPairSync } from "node:crypto";
import { AsnConvert } from "@peculiar/asn1-schema";
import { Name, SubjectPublicKeyInfo, Time } from "@peculiar/asn1-x509";
import type { Extension } from "@peculiar/asn1-x509";
import { describe, expect, it } from "vitest";
import { hasMlDsa } from "../../../cli/certificates/ml-dsa.ts";
import { readCertificateFacts } from "../../../origin-verifier/certificate/certificate-facts.ts";
import { leafProblem } from "../../../origin-verifier/certificate/certificate-rules.ts";
import {
  authorityKeyId,
  basicConstraints,
  EKU,
  extendedKeyUsage,
  extension,
  keyUsage,
  name,
  nameConstraints,
  subjectAltName,
  subjectKeyId,
} from "../../support/certificate-parts.ts";
import { leafExtensions, mint, mintCa, mintLeaf, without } from "../../support/certificates.ts";
import type { Minted, Recipe } from "../../support/certificates.ts";
import { freshKeys, keysOf, pss, SIGNATURES } from "../../support/keys.ts";
import type { KeyKind, Signature } from "../../support/keys.ts";
import { skipUnless } from "../../support/loud-skip.ts";

const skipMlDsa = skipUnless(hasMlDsa(), "a Node that knows ML-DSA (24.21 and later)", false);

/** A signature's algorithm with other parameters: hex of their DER, or none. */
function withParameters(signature: Signature, hex: string | undefined): Signature {
  const { algorithm } = signature.algorithm;
  const parameters = hex === undefined ? {} : { parameters: arrayBuffer(hex) };
  return {
    ...signature,
    algorithm: { ...(algorithm === undefined ? {} : { algorithm }), ...parameters },
  };
}

function arrayBuffer(hex: string): ArrayBuffer {
  return new Uint8Array(Buffer.from(hex, "hex")).buffer;
}

function parseSpki(hex: string): SubjectPublicKeyInfo {
  return AsnConvert.parse(Buffer.from(hex, "hex"), SubjectPublicKeyInfo);
}

/** An RSA key as an SPKI, with a modulus that nobody knows the factors of, but that it has no small ones. */
function rsaSpki({
  e = "010001",
  bits = 2048,
  // 2^bits - 1 has small factors, as all its kind; the next below without any is taken.
  modulus = withoutSmallFactors((1n << BigInt(bits)) - 1n),
}: {
  readonly e?: string;
  readonly bits?: number;
  readonly modulus?: bigint;
}): string {
  return createPublicKey({
    format: "jwk",
    key: {
      kty: "RSA",
      n: Buffer.from(modulus.toString(16), "hex").toString("base64url"),
      e: Buffer.from(e, "hex").toString("base64url"),
    },
  })
    .export({ type: "spki", format: "der" })
    .toString("hex");
}

function withoutSmallFactors(start: bigint): bigint {
  let number = start;
  while (SMALL.some((small) => number % small === 0n)) number -= 2n;
  return number;
}

/** An RSA key as an SPKI with these parameters of its algorithm, and these octets for the key. */
function written(parameters: string, key: string): string {
  const bits = `0382${long(`003082${long(key)}`)}`;
  const algorithm = `06092a864886f70d010101${parameters}`;
  return `3082${long(`30${(algorithm.length / 2).toString(16).padStart(2, "0")}${algorithm}${bits}`)}`;
}

/** Octets behind a length of two octets. */
function long(hex: string): string {
  return (hex.length / 2).toString(16).padStart(4, "0") + hex;
}

/** 2 and up: what is no prime among them changes nothing. */
const SMALL = Array.from({ length: 750 }, (_, index) => BigInt(index + 2));

const ca = mintCa({ subject: "the issuer" });
const rsaCa = mintCa({ subject: "the RSA issuer", keys: keysOf("rsa-2048") });
const keys = freshKeys();
const good = leafExtensions(keys, ca);

const OID = {
  basicConstraints: "2.5.29.19",
  keyUsage: "2.5.29.15",
  extendedKeyUsage: "2.5.29.37",
  subjectAltName: "2.5.29.17",
  subjectKeyId: "2.5.29.14",
  authorityKeyId: "2.5.29.35",
} as const;

function reasonOf(leaf: Minted): string | null {
  return leafProblem(readCertificateFacts(leaf.der))?.reason ?? null;
}

/** The reason for a leaf that is good but for its recipe. */
function reason(recipe: Recipe): string | null {
  return reasonOf(mintLeaf(ca, { keys, ...recipe }));
}

describe("a good pull certificate", () => {
  it("breaks no rule", () => {
    expect(reason({})).toBeNull();
  });

  it.each([
    ["without keyUsage", without(good, OID.keyUsage)],
    ["without basicConstraints", without(good, OID.basicConstraints)],
    ["without key identifiers", without(without(good, OID.subjectKeyId), OID.authorityKeyId)],
    ["without names", without(good, OID.subjectAltName)],
    [
      "for serverAuth too",
      without(good, OID.extendedKeyUsage, extendedKeyUsage(EKU.serverAuth, EKU.clientAuth)),
    ],
    [
      "with a critical extendedKeyUsage",
      without(
        good,
        OID.extendedKeyUsage,
        extension(OID.extendedKeyUsage, "300a06082b06010505070302", true),
      ),
    ],
    [
      "with an unknown extension that is not critical",
      [...good, extension("1.3.6.1.4.1.99999.1", "0500")],
    ],
    [
      "with a critical certificatePolicies",
      [...good, extension("2.5.29.32", "3006300406022a03", true)],
    ],
    [
      "with a critical subjectAltName",
      without(
        good,
        OID.subjectAltName,
        extension(OID.subjectAltName, "30088206612e74657374", true),
      ),
    ],
    [
      "with other kinds of names",
      without(
        good,
        OID.subjectAltName,
        subjectAltName(
          "a.test",
          { iPAddress: "192.0.2.1" },
          { uniformResourceIdentifier: "spiffe://a/b" },
          { rfc822Name: "a@b.test" },
          { directoryName: name("x") },
        ),
      ),
    ],
  ])("breaks no rule %s", (_, extensions) => {
    expect(reason({ extensions })).toBeNull();
  });

  it.each([
    ["an empty subject", { subject: new Name() }],
    ["a subject with a line feed in it", { subject: "x\r\nX-Pull-Verdict: accepted" }],
    [
      "a serial number of 20 octets and its sign octet",
      { serial: Buffer.from(`00${"ff".repeat(20)}`, "hex") },
    ],
    ["the largest serial number of an octet", { serial: Buffer.from("7f", "hex") }],
    ["a date after 2049", { notAfter: Date.UTC(2060, 0, 1) }],
    ["a date before 1970", { notBefore: Date.UTC(1960, 0, 1) }],
  ])("breaks no rule with %s", (_, recipe) => {
    expect(reason(recipe)).toBeNull();
  });
});

describe("refused as not-version-3", () => {
  it.each([
    ["version 1", { version: 1, extensions: undefined }],
    ["version 1 with extensions", { version: 1 }],
    ["version 2", { version: 2 }],
  ])("%s", (_, recipe) => {
    const { extensions, ...rest } = { extensions: good, ...recipe };
    const leaf = mint({ by: ca, ...rest, ...(extensions === undefined ? {} : { extensions }) });
    expect(reasonOf(leaf)).toBe("not-version-3");
  });

  it("but a version that does not exist is malformed", () => {
    expect(reason({ version: 4 })).toBe("malformed-certificate");
  });
});

describe("refused as certificate-is-a-ca", () => {
  it.each([
    ["cA", without(good, OID.basicConstraints, basicConstraints(true))],
    [
      "cA, not critical",
      without(good, OID.basicConstraints, basicConstraints(true, undefined, false)),
    ],
    [
      "cA without keyCertSign, where Node's getter says no CA",
      without(good, OID.basicConstraints, basicConstraints(true, 0)),
    ],
    [
      "keyCertSign without cA",
      without(good, OID.keyUsage, keyUsage("digitalSignature", "keyCertSign")),
    ],
    [
      "keyCertSign without basicConstraints",
      without(
        without(good, OID.basicConstraints),
        OID.keyUsage,
        keyUsage("digitalSignature", "keyCertSign"),
      ),
    ],
  ])("%s", (_, extensions) => {
    expect(reason({ extensions })).toBe("certificate-is-a-ca");
  });
});

describe("refused as not-for-client-auth", () => {
  it.each([
    ["no extendedKeyUsage", without(good, OID.extendedKeyUsage)],
    ["serverAuth alone", without(good, OID.extendedKeyUsage, extendedKeyUsage(EKU.serverAuth))],
    ["anyExtendedKeyUsage", without(good, OID.extendedKeyUsage, extendedKeyUsage(EKU.any))],
    [
      "an empty extendedKeyUsage",
      without(good, OID.extendedKeyUsage, extension(OID.extendedKeyUsage, "3000")),
    ],
    [
      "clientAuth with a NULL after it",
      without(
        good,
        OID.extendedKeyUsage,
        extension(OID.extendedKeyUsage, "300c06082b060105050703020500"),
      ),
    ],
    [
      "keyUsage without digitalSignature",
      without(good, OID.keyUsage, keyUsage("keyEncipherment", "keyAgreement")),
    ],
  ])("%s", (_, extensions) => {
    expect(reason({ extensions })).toBe("not-for-client-auth");
  });
});

describe("keys", () => {
  it.each<[KeyKind]>([
    ["rsa-1024"],
    ["rsa-1536"],
    ["rsa-2047"],
    ["rsa-2052"],
    ["dsa"],
    ["secp256k1"],
    ["prime192v1"],
    ["explicit-prime256v1"],
    ["rsa-pss-sha1"],
    ["x25519"],
  ])("are refused as weak-key: %s", (kind) => {
    expect(reason({ keys: keysOf(kind), extensions: good })).toBe("weak-key");
  });

  it.each<[KeyKind]>([
    ["rsa-2048"],
    ["rsa-3072"],
    ["rsa-2048-exponent-3"],
    ["rsa-pss-sha256"],
    ["prime256v1"],
    ["secp384r1"],
    ["secp521r1"],
    ["ed25519"],
    ["ed448"],
  ])("are accepted: %s", (kind) => {
    expect(reason({ keys: keysOf(kind), extensions: good })).toBeNull();
  });

  it("of RSA with an even exponent are refused as weak-key", () => {
    expect(reasonOf(withSpki(rsaSpki({ e: "02" })))).toBe("weak-key");
    expect(reasonOf(withSpki(rsaSpki({ e: "01" })))).toBe("weak-key");
    expect(reasonOf(withSpki(rsaSpki({ e: "010000" })))).toBe("weak-key");
    expect(reasonOf(withSpki(rsaSpki({ e: "010001" })))).toBeNull();
  });

  it("of RSA with an exponent or a modulus that costs too much are refused as weak-key", () => {
    expect(reasonOf(withSpki(rsaSpki({ e: `01${"00".repeat(7)}01` })))).toBe("weak-key");
    expect(reasonOf(withSpki(rsaSpki({ bits: 8200 })))).toBe("weak-key");
    expect(reasonOf(withSpki(rsaSpki({ bits: 8192 })))).toBeNull();
  });

  it("of RSA whose modulus anybody can take apart are refused as weak-key", () => {
    const half = withoutSmallFactors((1n << 2038n) - 1n);
    for (const factor of [2n, 3n, 5n, 743n, 751n]) {
      const other = withoutSmallFactors(
        ((1n << 2048n) - 1n) / factor - ((((1n << 2048n) - 1n) / factor + 1n) % 2n),
      );
      const modulus = factor * other;
      expect(reasonOf(withSpki(rsaSpki({ modulus })))).toBe("weak-key");
    }
    // 757 is the first prime that is not tried.
    expect(reasonOf(withSpki(rsaSpki({ modulus: 757n * half })))).toBeNull();
  });

  it.each([
    ["0", "00".repeat(32)],
    ["0, with a sign", `${"00".repeat(31)}80`],
    ["1", `01${"00".repeat(31)}`],
    ["1, with a sign", `01${"00".repeat(30)}80`],
    ["-1", `ec${"ff".repeat(30)}7f`],
    ["0, written as the prime", `ed${"ff".repeat(30)}7f`],
    ["1, written above the prime", `ee${"ff".repeat(30)}ff`],
    ["a y of order 8", "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"],
    ["its negative", "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"],
    [
      "its negative, with a sign",
      "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
    ],
  ])(
    "of Ed25519 under which one signature fits every message are refused as weak-key: %s",
    (_, y) => {
      expect(reasonOf(withSpki(`302a300506032b6570032100${y}`))).toBe("weak-key");
    },
  );

  it.each([
    ["0", "00".repeat(57)],
    ["1", `01${"00".repeat(56)}`],
    ["-1, with a sign", `fe${"ff".repeat(27)}fe${"ff".repeat(27)}80`],
    ["0, written as the prime", `${"ff".repeat(28)}fe${"ff".repeat(27)}00`],
  ])(
    "of Ed448 under which one signature fits every message are refused as weak-key: %s",
    (_, y) => {
      expect(reasonOf(withSpki(`3043300506032b6571033a00${y}`))).toBe("weak-key");
    },
  );

  it.skipIf(skipMlDsa).each([
    ["0", 0],
    ["1", 1],
    ["-1", 1023],
    ["small numbers", 40],
  ])(
    "of ML-DSA whose vector is %s, under which anybody can sign, are refused as weak-key",
    (_, t1) => {
      const { publicKey } = generateKeyPairSync("ml-dsa-44");
      const spki = publicKey.export({ type: "spki", format: "der" });
      expect(reasonOf(withSpki(spki.toString("hex")))).toBeNull();
      let bits = 0n;
      for (let index = 0n; index < 1024n; index += 1n) bits |= BigInt(t1) << (index * 10n);
      const packed = Buffer.from(bits.toString(16).padStart(2560, "0"), "hex").toReversed();
      const forged = Buffer.concat([spki.subarray(0, -1280), packed]);
      expect(reasonOf(withSpki(forged.toString("hex")))).toBe("weak-key");
    },
  );

  it("in another writing than their one are refused as weak-key", () => {
    const rsa = rsaSpki({});
    const modulus = /0282010100ff[0-9a-f]*0203010001$/.exec(rsa)?.[0] ?? "";
    expect(written("0500", modulus)).toBe(rsa);
    for (const spki of [
      written("", modulus),
      written("020101", modulus),
      written("0500", `${modulus}020101`),
      // The same number of bits, and below zero to whoever reads DER.
      written("0500", modulus.replace("0282010100", "02820100")),
    ]) {
      expect(reasonOf(withSpki(spki))).toBe("weak-key");
    }
    const point = keys.publicKey.export({ type: "spki", format: "der" }).toString("hex");
    const [, x = "", y = ""] = /04([0-9a-f]{64})([0-9a-f]{64})$/.exec(point) ?? [];
    const odd = Number.parseInt(y.at(-1) ?? "0", 16) % 2;
    const head = "301306072a8648ce3d020106082a8648ce3d030107";
    for (const [length, bits] of [
      ["39", `032200${odd === 1 ? "03" : "02"}${x}`],
      ["59", `034200${odd === 1 ? "07" : "06"}${x}${y}`],
      ["19", "03020000"],
    ]) {
      expect(reasonOf(withSpki(`30${length}${head}${bits}`))).toBe("weak-key");
    }
  });

  it("of an algorithm that the engine does not know are refused as weak-key", () => {
    expect(reasonOf(withSpki("300b300506032a030403020005"))).toBe("weak-key");
  });

  it("whose point is not on the curve are refused as weak-key", () => {
    const point = keys.publicKey.export({ type: "spki", format: "der" });
    point.writeUInt8(point.readUInt8(point.length - 1) ^ 1, point.length - 1);
    expect(reasonOf(withSpki(point.toString("hex")))).toBe("weak-key");
  });
});

/** A good leaf over a key of which nobody has the private half. */
function withSpki(hex: string): Minted {
  return mintLeaf(ca, {
    keys,
    change: (tbs) => {
      tbs.subjectPublicKeyInfo = parseSpki(hex);
    },
  });
}

describe("signatures", () => {
  it.each<[string, Signature]>([
    ["ECDSA with SHA-1", SIGNATURES.ecdsaSha1],
    ["ECDSA with SHA-224", SIGNATURES.ecdsaSha224],
  ])("are refused as weak-signature: %s", (_, signature) => {
    expect(reason({ signature })).toBe("weak-signature");
  });

  it.each<[string, Signature]>([
    ["RSA with MD5", SIGNATURES.rsaMd5],
    ["RSA with SHA-1", SIGNATURES.rsaSha1],
    ["RSA with SHA-224", SIGNATURES.rsaSha224],
    ["RSASSA-PSS with a salt shorter than its hash", pss("sha256", 20)],
    [
      "RSASSA-PSS with the parameters left out, which means SHA-1",
      withParameters(pss("sha256", 32), undefined),
    ],
    [
      "RSASSA-PSS with empty parameters, which means SHA-1",
      withParameters(pss("sha256", 32), "3000"),
    ],
    [
      "an algorithm that nobody knows",
      { ...SIGNATURES.rsaSha256, algorithm: { algorithm: "1.2.3.4" } },
    ],
    [
      "RSA with parameters that do not belong there",
      withParameters(SIGNATURES.rsaSha256, "020100"),
    ],
  ])("of an RSA issuer are refused as weak-signature: %s", (_, signature) => {
    expect(reasonOf(mintLeaf(rsaCa, { keys, signature }))).toBe("weak-signature");
  });

  it.each<[string, Signature]>([
    ["RSA with SHA-256", SIGNATURES.rsaSha256],
    ["RSA with SHA-384", SIGNATURES.rsaSha384],
    ["RSA with SHA-512", SIGNATURES.rsaSha512],
    ["RSASSA-PSS with SHA-256", pss("sha256", 32)],
    ["RSASSA-PSS with SHA-384", pss("sha384", 48)],
    ["RSASSA-PSS with SHA-512", pss("sha512", 64)],
    ["RSASSA-PSS with the longest salt", pss("sha256", 222)],
  ])("of an RSA issuer are accepted: %s", (_, signature) => {
    expect(reasonOf(mintLeaf(rsaCa, { keys, signature }))).toBeNull();
  });

  it.each<[string, Signature]>([
    ["ECDSA with SHA-256", SIGNATURES.ecdsaSha256],
    ["ECDSA with SHA-384", SIGNATURES.ecdsaSha384],
    ["ECDSA with SHA-512", SIGNATURES.ecdsaSha512],
  ])("are accepted: %s", (_, signature) => {
    expect(reason({ signature })).toBeNull();
  });

  it.each<[KeyKind]>([["ed25519"], ["ed448"]])("are accepted: %s", (kind) => {
    const issuer = mintCa({ keys: keysOf(kind) });
    expect(reasonOf(mintLeaf(issuer, { keys }))).toBeNull();
  });
});

/** The good extensions with another keyUsage: hex of its DER. */
function withKeyUsage(hex: string): readonly Extension[] {
  return without(good, OID.keyUsage, extension(OID.keyUsage, hex, true));
}

describe("refused as malformed-certificate", () => {
  const critical = (oid: string, hex: string) => [...good, extension(oid, hex, true)];

  it.each([
    ["a critical extension that nobody knows", critical("1.3.6.1.4.1.99999.1", "0500")],
    ["a precertificate", critical("1.3.6.1.4.1.11129.2.4.3", "0500")],
    [
      "a critical authorityInfoAccess",
      critical("1.3.6.1.5.5.7.1.1", "3016301406082b060105050730018608687474703a2f2f78"),
    ],
    ["a critical subjectKeyIdentifier", without(good, OID.subjectKeyId, subjectKeyId(keys, true))],
    [
      "a critical authorityKeyIdentifier",
      without(good, OID.authorityKeyId, authorityKeyId(ca.keys, true)),
    ],
    ["policyConstraints", [...good, extension("2.5.29.36", "3003800100")]],
    ["an extension twice", [...good, subjectAltName("other.example.com")]],
    [
      "an unknown extension twice",
      [...good, extension("1.3.6.1.4.1.99999.1", "0500"), extension("1.3.6.1.4.1.99999.1", "0500")],
    ],
    ["name constraints in a leaf", [...good, nameConstraints({ permitted: ["example.com"] })]],
    [
      "a path length without cA",
      without(good, OID.basicConstraints, extension(OID.basicConstraints, "3003020100")),
    ],
    [
      "basicConstraints with its fields swapped, which a lax parser takes for cA:FALSE",
      without(good, OID.basicConstraints, extension(OID.basicConstraints, "30060201000101ff")),
    ],
    [
      "basicConstraints with bytes after them",
      without(good, OID.basicConstraints, extension(OID.basicConstraints, "300000")),
    ],
    [
      "an empty subjectAltName",
      without(good, OID.subjectAltName, extension(OID.subjectAltName, "3000")),
    ],
    [
      "a subjectAltName that is none",
      without(good, OID.subjectAltName, extension(OID.subjectAltName, "0c0161")),
    ],
    ["an authorityInfoAccess that is none", [...good, extension("1.3.6.1.5.5.7.1.1", "0c0161")]],
    [
      "an empty authorityKeyIdentifier",
      without(good, OID.authorityKeyId, extension(OID.authorityKeyId, "3000")),
    ],
    [
      "a dNSName with a NUL",
      without(good, OID.subjectAltName, subjectAltName("shop.example.com\0.evil.test")),
    ],
    [
      "a dNSName with a line feed",
      without(good, OID.subjectAltName, subjectAltName("shop.example.com\r\nX: y")),
    ],
    [
      "a dNSName that reads like two",
      without(good, OID.subjectAltName, subjectAltName("a.test, DNS:shop.example.com")),
    ],
    [
      "a dNSName outside ASCII",
      without(good, OID.subjectAltName, subjectAltName("sh\u00f6p.example.com")),
    ],
    ["an empty dNSName", without(good, OID.subjectAltName, subjectAltName(""))],
    [
      "an iPAddress that is a range",
      without(good, OID.subjectAltName, subjectAltName({ iPAddress: "192.0.2.0/24" })),
    ],
    [
      "an iPAddress of three octets",
      without(good, OID.subjectAltName, extension(OID.subjectAltName, "30058703010203")),
    ],
  ])("%s", (_, extensions) => {
    expect(reason({ extensions })).toBe("malformed-certificate");
  });

  it.each<[string, Recipe]>([
    ["a serial number of zero", { serial: Buffer.from("00", "hex") }],
    ["a negative serial number", { serial: Buffer.from("ff", "hex") }],
    ["the largest negative serial number of an octet", { serial: Buffer.from("80", "hex") }],
    ["a serial number of 21 octets", { serial: Buffer.from(`01${"00".repeat(20)}`, "hex") }],
    ["a serial number that is padded", { serial: Buffer.from("000001", "hex") }],
    ["an empty issuer", { by: { keys: ca.keys, subject: new Name() } }],
    [
      "another algorithm outside than inside",
      {
        changeOutside: (certificate) => {
          certificate.signatureAlgorithm.algorithm = "1.2.840.10045.4.3.3";
        },
      },
    ],
    [
      "a unique identifier",
      {
        change: (tbs) => {
          tbs.issuerUniqueID = arrayBuffer("00");
        },
      },
    ],
    [
      "fractions of a second",
      {
        change: (tbs) => {
          tbs.validity.notAfter = new Time({ generalTime: new Date(Date.UTC(2060, 0, 1) + 500) });
        },
      },
    ],
  ])("%s", (_, recipe) => {
    expect(reason(recipe)).toBe("malformed-certificate");
  });

  it("keyUsage without a single use, or of more bits than there are", () => {
    const facts = (hex: string) =>
      readCertificateFacts(mintLeaf(ca, { keys, extensions: withKeyUsage(hex) }).der);
    expect(facts("030100")).toMatchObject({ malformed: [expect.stringContaining("keyUsage")] });
    expect(facts("03020700")).toMatchObject({ malformed: [expect.stringContaining("keyUsage")] });
    expect(reason({ extensions: withKeyUsage("03040080ffff") })).toBe("malformed-certificate");
    expect(reason({ extensions: withKeyUsage("03020780") })).toBeNull();
  });
});

/** What the operator is told of a leaf that is good but for its recipe. */
function detailOf(recipe: Recipe): string | undefined {
  return leafProblem(readCertificateFacts(mintLeaf(ca, { keys, ...recipe }).der))?.detail;
}

describe("a refusal tells the operator", () => {
  it.each<[string, Recipe, string]>([
    ["the version", { version: 2 }, "version 2"],
    [
      "that clientAuth must be named",
      { extensions: without(good, OID.extendedKeyUsage) },
      "no extendedKeyUsage",
    ],
    [
      "that clientAuth is not named",
      { extensions: without(good, OID.extendedKeyUsage, extendedKeyUsage(EKU.serverAuth)) },
      "does not name clientAuth",
    ],
    [
      "the size of the key",
      { keys: keysOf("rsa-1024"), extensions: good },
      "1024 bits (at least 2048)",
    ],
    ["the curve of the key", { keys: keysOf("secp256k1"), extensions: good }, "secp256k1"],
    [
      "that the curve has no name",
      { keys: keysOf("explicit-prime256v1"), extensions: good },
      "EC key on",
    ],
    ["the hash of the signature", { signature: SIGNATURES.ecdsaSha1 }, "SHA-1"],
    [
      "the name of an extension",
      { extensions: [...good, subjectAltName("a.test")] },
      "subjectAltName twice",
    ],
    [
      "the identifier of an unknown extension",
      { extensions: [...good, extension("1.2.3.4", "0500", true)] },
      "1.2.3.4",
    ],
    [
      "the first thing that is wrong, of several",
      { version: 1, signature: SIGNATURES.ecdsaSha1 },
      "version 1",
    ],
    [
      "a name made harmless",
      { extensions: without(good, OID.subjectAltName, subjectAltName("a\r\nb")) },
      "a\\u{d}\\u{a}b",
    ],
  ])("%s", (_, recipe, says) => {
    expect(detailOf(recipe)).toContain(says);
  });
});
