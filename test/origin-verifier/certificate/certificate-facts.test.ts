import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { readCertificateFacts } from "../../../origin-verifier/certificate/certificate-facts.ts";
import type { CertificateFacts } from "../../../origin-verifier/certificate/certificate-facts.ts";
import {
  basicConstraints,
  EKU,
  extendedKeyUsage,
  keyIdOf,
  keyUsage,
  name,
  subjectAltName,
} from "../../support/certificate-parts.ts";
import { leafExtensions, mint, mintCa, mintLeaf, without } from "../../support/certificates.ts";
import { freshKeys, keysOf } from "../../support/keys.ts";

const ca = mintCa({ subject: "the issuer" });

function factsOf(input: Parameters<typeof readCertificateFacts>[0]): CertificateFacts {
  const facts = readCertificateFacts(input);
  if ("unreadable" in facts) throw new Error(facts.unreadable);
  return facts;
}

describe("the facts of a pull certificate", () => {
  const notBefore = Date.UTC(2026, 0, 2, 3, 4, 5);
  const notAfter = Date.UTC(2055, 5, 6, 7, 8, 9);
  const keys = freshKeys();
  const leaf = mintLeaf(ca, {
    keys,
    notBefore,
    notAfter,
    subject: "shop",
    serial: Buffer.from("00a1b2", "hex"),
    names: ["Shop.Example.com", "shop.example.com."],
  });
  const facts = factsOf(leaf.der);

  it("are those that were minted", () => {
    expect(facts).toMatchObject({
      fingerprint: `sha256:${createHash("sha256").update(leaf.der).digest("hex")}`,
      version: 3,
      serialNumber: "00a1b2",
      subjectText: "CN=shop",
      notBefore,
      notAfter,
      isCa: false,
      pathLength: null,
      extendedKeyUsage: [EKU.clientAuth],
      clientAuth: true,
      nameConstraints: null,
      subjectKeyId: Buffer.from(keyIdOf(keys)).toString("hex"),
      authorityKeyId: Buffer.from(keyIdOf(ca.keys)).toString("hex"),
      key: "EC P-256",
      weakKey: null,
      weakSignature: null,
      malformed: [],
    });
    expect([...(facts.keyUsage ?? [])]).toEqual(["digitalSignature"]);
  });

  it("keep the names as they are written", () => {
    expect(facts.names).toEqual({
      dns: ["Shop.Example.com", "shop.example.com."],
      odd: [],
      ip: [],
      directory: [],
      others: [],
    });
  });

  it("name the issuer by the very bytes of its subject", () => {
    expect(facts.issuer).toBe(factsOf(ca.der).subject);
    expect(facts.subject).not.toBe(facts.issuer);
  });

  it("are the same from the engine's certificate as from the DER", () => {
    expect(readCertificateFacts(leaf.certificate)).toEqual(facts);
  });
});

describe("where Node's getters lie", () => {
  it("a CA without keyCertSign is a CA", () => {
    const keys = freshKeys();
    const odd = mint({
      keys,
      extensions: [basicConstraints(true, 3), keyUsage("digitalSignature")],
    });
    expect(odd.certificate.ca).toBe(false);
    expect(factsOf(odd.der)).toMatchObject({ isCa: true, pathLength: 3 });
  });

  it("keyUsage is keyUsage, all of it that matters", () => {
    const extensions = [keyUsage("digitalSignature", "keyCertSign", "cRLSign", "decipherOnly")];
    const bits = factsOf(mint({ extensions }).der).keyUsage ?? [];
    expect([...bits]).toEqual(["digitalSignature", "keyCertSign", "cRLSign"]);
  });

  it("a name that reads like two names is one odd name", () => {
    const extensions = without(
      leafExtensions(ca.keys, ca),
      "2.5.29.17",
      subjectAltName("a.test, DNS:shop.example.com", "b.test"),
    );
    expect(factsOf(mintLeaf(ca, { extensions }).der).names).toMatchObject({
      dns: ["b.test"],
      odd: ["a.test, DNS:shop.example.com"],
    });
  });
});

describe("an absent extension", () => {
  const bare = factsOf(mint({ extensions: [extendedKeyUsage(EKU.any)] }).der);

  it("is null, not empty", () => {
    expect(bare).toMatchObject({
      keyUsage: null,
      subjectKeyId: null,
      authorityKeyId: null,
      nameConstraints: null,
    });
    expect(factsOf(mint().der).extendedKeyUsage).toBeNull();
  });

  it("and anyExtendedKeyUsage are no clientAuth", () => {
    expect(bare.clientAuth).toBe(false);
  });
});

describe("a subject in a message", () => {
  it.each([
    ["x\r\ny", "CN=x\\u{d}\\u{a}y"],
    ["\u001B[2J\0", "CN=\\u{1b}[2J\\u{0}"],
    ["a\u202Eb", "CN=a\\u{202e}b"],
    ["back\\slash", "CN=back\\u{5c}slash"],
  ])("is one line of printable ASCII: %j", (subject, text) => {
    expect(factsOf(mint({ subject }).der).subjectText).toBe(text);
  });

  it("is cut, and says where there is none", () => {
    expect(factsOf(mint({ subject: "x".repeat(2000) }).der).subjectText).toHaveLength(163);
    expect(factsOf(mint({ subject: name() }).der).subjectText).toBe("(no name)");
  });

  it("has all its attributes, unknown ones by their identifier", () => {
    const subject = name(["2.5.4.6", "DE"], ["2.5.4.10", "Example"], ["2.5.4.5", "17"], "shop");
    expect(factsOf(mint({ subject }).der).subjectText).toBe("C=DE, O=Example, 2.5.4.5=17, CN=shop");
  });
});

describe("keys by name", () => {
  it.each([
    ["rsa-2048", "RSA 2048"],
    ["secp384r1", "EC P-384"],
    ["ed25519", "Ed25519"],
    ["secp256k1", "EC secp256k1"],
  ] as const)("%s is %s", (kind, text) => {
    expect(factsOf(mint({ keys: keysOf(kind) }).der).key).toBe(text);
  });
});

describe("a certificate is unreadable", () => {
  const { der } = mintLeaf(ca);

  it.each([
    ["no bytes", Buffer.alloc(0)],
    ["a byte too many", Buffer.concat([der, Buffer.from([0])])],
    ["a byte too few", der.subarray(0, -1)],
    ["twice itself", Buffer.concat([der, der])],
    ["an indefinite length, which only BER has", indefinite(der)],
    ["a length written longer than need be", longLength(der)],
    ["another structure", Buffer.from("3003020100", "hex")],
    ["PEM", Buffer.from(mintLeaf(ca).pem)],
    ["more bytes than are read of a stranger", mintLeaf(ca, { names: manyNames() }).der],
  ])("%s", (_, bytes) => {
    expect(readCertificateFacts(bytes)).toEqual({ unreadable: expect.any(String) });
  });

  it("but not for a hundred names", () => {
    expect(factsOf(mintLeaf(ca, { names: manyNames(100) }).der).names.dns).toHaveLength(100);
  });
});

function manyNames(count = 5000): readonly string[] {
  return Array.from({ length: count }, (_, index) => `host-${index}.example.com`);
}

function indefinite(der: Buffer): Buffer {
  return Buffer.concat([Buffer.from([0x30, 0x80]), der.subarray(4), Buffer.from([0, 0])]);
}

function longLength(der: Buffer): Buffer {
  return Buffer.concat([Buffer.from([0x30, 0x83, 0]), der.subarray(2)]);
}
