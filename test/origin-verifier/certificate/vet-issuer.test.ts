import { Name } from "@peculiar/asn1-x509";
import { describe, expect, it } from "vitest";
import { vetIssuer } from "../../../origin-verifier/certificate/vet-issuer.ts";
import type { VettedIssuer } from "../../../origin-verifier/certificate/vetted-issuer.ts";
import type { Problem } from "../../../shared/problem.ts";
import {
  authorityKeyId,
  basicConstraints,
  EKU,
  extendedKeyUsage,
  extension,
  keyUsage,
  nameConstraints,
  subjectAltName,
  subjectKeyId,
} from "../../support/certificate-parts.ts";
import { caExtensions, mint, mintCa, mintLeaf, without } from "../../support/certificates.ts";
import type { Minted, Recipe } from "../../support/certificates.ts";
import { freshKeys, keysOf, SIGNATURES } from "../../support/keys.ts";

const now = Date.now();
const keys = freshKeys();
const root = mintCa({ subject: "root", keys });
const good = caExtensions(keys);

function vet(...minted: readonly Pick<Minted, "pem">[]): ReturnType<typeof vetIssuer> {
  return vetIssuer({ file: "issuer.pem", text: minted.map(({ pem }) => pem).join(""), now });
}

function problemsOf(...minted: readonly Pick<Minted, "pem">[]): readonly Problem[] {
  const issuer = vet(...minted);
  return issuer.ok ? [] : issuer.problems;
}

function vetted(...minted: readonly Pick<Minted, "pem">[]): VettedIssuer {
  const issuer = vet(...minted);
  if (!issuer.ok) throw new Error(issuer.problems.map(({ message }) => message).join("; "));
  return issuer.value;
}

describe("an issuer file is refused", () => {
  it.each<[string, Recipe, string]>([
    ["of version 1", { version: 1, extensions: [] }, "version 1"],
    ["without basicConstraints", { extensions: without(good, "2.5.29.19") }, "not a CA"],
    [
      "with CA:FALSE",
      { extensions: without(good, "2.5.29.19", basicConstraints(false)) },
      "not a CA",
    ],
    [
      "with a keyUsage that lacks keyCertSign",
      { extensions: without(good, "2.5.29.15", keyUsage("cRLSign", "digitalSignature")) },
      "keyCertSign",
    ],
    [
      "with an extendedKeyUsage that leaves out clientAuth",
      { extensions: [...good, extendedKeyUsage(EKU.serverAuth)] },
      "clientAuth",
    ],
    ["expired", { notBefore: now - 2000, notAfter: now - 1000 }, "expired on 20"],
    ["not yet valid", { notBefore: now + 60_000 }, "not valid before 20"],
    ["with an empty subject", { subject: new Name() }, "empty subject"],
    [
      "with a critical extension that nobody knows",
      { extensions: [...good, extension("1.3.6.1.4.1.99999.1", "0500", true)] },
      "not understood",
    ],
    [
      "with policy constraints",
      { extensions: [...good, extension("2.5.29.36", "3003800100", true)] },
      "policyConstraints",
    ],
    [
      "with a negative path length",
      { extensions: without(good, "2.5.29.19", extension("2.5.29.19", "30060101ff0201ff", true)) },
      "path length",
    ],
    [
      "with an enormous path length",
      {
        extensions: without(
          good,
          "2.5.29.19",
          extension("2.5.29.19", "300b0101ff02060100000000ff", true),
        ),
      },
      "path length",
    ],
    [
      "with an authorityKeyIdentifier of another key, over its own signature",
      { extensions: [...good, authorityKeyId(freshKeys())] },
      "names another",
    ],
    [
      "with empty name constraints",
      { extensions: [...good, extension("2.5.29.30", "3000", true)] },
      "empty name constraints",
    ],
    [
      "with a name constraint that begins with a dot",
      { extensions: [...good, nameConstraints({ permitted: [".example.com"] })] },
      "no hostname",
    ],
    [
      "with a name constraint that is a wildcard",
      { extensions: [...good, nameConstraints({ excluded: ["*.example.com"] })] },
      "no hostname",
    ],
    [
      "with a name constraint of an address without a mask",
      { extensions: [...good, nameConstraints({ permitted: [{ iPAddress: "192.0.2.1" }] })] },
      "no address range",
    ],
    [
      "with a name constraint that is no mail address",
      { extensions: [...good, nameConstraints({ permitted: [{ rfc822Name: "a@b@c" }] })] },
      "no mail address",
    ],
  ])("%s", (_, recipe, says) => {
    const [problem] = problemsOf(mint({ subject: "root", keys, extensions: good, ...recipe }));
    expect(problem?.path).toBe("certificates[0]");
    expect(problem?.message).toContain(says);
  });

  it.each(["dsa", "rsa-1024", "rsa-2047", "prime192v1", "secp256k1"] as const)(
    "with a weak key: %s",
    (kind) => {
      const weak = keysOf(kind);
      const [problem, ...more] = problemsOf(mintCa({ keys: weak }));
      expect(problem?.message).toContain(kind === "dsa" ? "a key of type dsa" : "key");
      expect(problem?.message).toContain("issue it again with a stronger one");
      expect(more).toEqual([]);
    },
  );

  it("with an intermediate whose signature is weak", () => {
    const weak = mintCa({ by: root, subject: "below", signature: SIGNATURES.ecdsaSha1 });
    expect(problemsOf(root, weak)).toMatchObject([
      { path: "certificates[1]", message: expect.stringContaining("signed with SHA-1") },
    ]);
  });

  it("though a root's signature over itself proves nothing and may be old", () => {
    expect(problemsOf(mintCa({ signature: SIGNATURES.ecdsaSha1 }))).toEqual([]);
  });

  it("with a leaf in the issuer's place, and says so", () => {
    expect(problemsOf(mintLeaf(root))).toMatchObject([
      {
        path: "certificates[0]",
        message: expect.stringContaining("this is a leaf, not an issuer"),
      },
    ]);
  });

  it("with the same certificate twice", () => {
    expect(problemsOf(root, mintCa(), root)).toMatchObject([
      {
        path: "certificates[2]",
        message: expect.stringContaining("the same certificate as certificates[0]"),
      },
    ]);
  });

  it("with what is no certificate at all", () => {
    expect(problemsOf()).toMatchObject([{ path: "" }]);
    expect(problemsOf(root, { pem: root.keyPem })).toMatchObject([
      { path: "certificates[1]", message: expect.stringContaining("this is a private key") },
    ]);
  });

  it("with an intermediate to which no root of the file leads", () => {
    const stranger = mintCa({ subject: "stranger" });
    const orphan = mintCa({ by: stranger, subject: "orphan" });
    expect(problemsOf(root, orphan)).toMatchObject([
      {
        path: "certificates[1]",
        message: expect.stringContaining("no anchor of this file leads to it"),
      },
    ]);
  });

  it("with an intermediate that only names the root, but is signed by another key", () => {
    const impostor = { subject: root.subject, keys: freshKeys() };
    const forged = mintCa({
      keys,
      subject: "forged",
      by: impostor,
      extensions: without(caExtensions(keys), "2.5.29.35"),
    });
    expect(problemsOf(root, forged)).toMatchObject([{ path: "certificates[1]" }]);
  });

  it("with an intermediate alone that does not say who issued it", () => {
    const unnamed = mintCa({ by: root, extensions: good.slice(0, 2) });
    expect(problemsOf(unnamed)).toMatchObject([
      { path: "certificates[0]", message: expect.stringContaining("authorityKeyIdentifier") },
    ]);
    expect(problemsOf(root, unnamed)).toEqual([]);
  });

  it("with intermediates that signed each other and no root", () => {
    const one = { keys: freshKeys(), subject: mintCa({ subject: "one" }).subject };
    const two = mintCa({ subject: "two", by: one });
    expect(problemsOf(two, mintCa({ ...one, by: two }))).toMatchObject([
      { path: "certificates[0]" },
      { path: "certificates[1]" },
    ]);
  });

  it("with a CA that cannot be read exactly, or whose key cannot", () => {
    const names = Array.from({ length: 5000 }, (_, index) => `host-${index}.example.com`);
    const large = mintCa({ extensions: [...good, subjectAltName(...names)] });
    const strange = mintCa({
      change: (tbs) => {
        tbs.subjectPublicKeyInfo.algorithm.algorithm = "1.2.3.4";
      },
    });
    expect(problemsOf(large, root, strange)).toEqual([
      { path: "certificates[0]", message: expect.stringContaining("larger than") },
      { path: "certificates[2]", message: expect.stringContaining("a key that cannot be read") },
    ]);
  });

  it("when it holds a whole public bundle", () => {
    const many = Array.from({ length: 65 }, () => root);
    expect(problemsOf(...many)).toMatchObject([
      { path: "", message: expect.stringContaining("65 certificates") },
    ]);
  });

  it("with every problem of every certificate at once", () => {
    const twice = mint({
      subject: "twice wrong",
      notBefore: now - 2000,
      notAfter: now - 1000,
      extensions: [basicConstraints(true), keyUsage("cRLSign")],
    });
    const leaf = mintLeaf(root, { subject: "a leaf" });
    expect(problemsOf(twice, root, leaf).map(({ path }) => path)).toEqual([
      "certificates[0]",
      "certificates[0]",
      "certificates[2]",
    ]);
  });

  it("naming a subject so that it cannot forge a line of its own", () => {
    const nasty = mintCa({ subject: "x\nissuer.pem: all is well", notBefore: now + 60_000 });
    expect(problemsOf(nasty)[0]?.message).toMatch(
      /^CN=x\\u\{a\}issuer\.pem: all is well: not valid/,
    );
  });
});

describe("an issuer file is accepted", () => {
  it("from its first millisecond up to its last", () => {
    const second = Math.floor(now / 1000) * 1000;
    const { pem: text } = mintCa({ notBefore: second, notAfter: second + 1000 });
    const at = (moment: number): boolean => vetIssuer({ file: "x", text, now: moment }).ok;
    expect([at(second - 1), at(second)]).toEqual([false, true]);
    expect([at(second + 999), at(second + 1000)]).toEqual([true, false]);
  });

  it.each<[string, Recipe]>([
    ["an ordinary root", {}],
    ["RSA", { keys: keysOf("rsa-2048") }],
    ["Ed25519", { keys: keysOf("ed25519") }],
    ["no keyUsage, as openssl req -x509 makes it", { extensions: without(good, "2.5.29.15") }],
    [
      "basicConstraints that are not critical",
      { extensions: without(good, "2.5.29.19", basicConstraints(true, undefined, false)) },
    ],
    ["no key identifiers", { extensions: [basicConstraints(true)] }],
    ["an authorityKeyIdentifier of its own key", { extensions: [...good, authorityKeyId(keys)] }],
    [
      "clientAuth among others in its extendedKeyUsage",
      { extensions: [...good, extendedKeyUsage(EKU.serverAuth, EKU.clientAuth)] },
    ],
    [
      "clientAuth in its extendedKeyUsage",
      { extensions: [...good, extendedKeyUsage(EKU.clientAuth)] },
    ],
    ["anyExtendedKeyUsage", { extensions: [...good, extendedKeyUsage(EKU.any)] }],
    [
      "name constraints",
      {
        extensions: [
          ...good,
          nameConstraints({
            permitted: ["example.com", { iPAddress: "0.0.0.0/0" }],
            excluded: [""],
          }),
        ],
      },
    ],
    ["a path length of 0", { extensions: without(good, "2.5.29.19", basicConstraints(true, 0)) }],
    ["names of its own", { extensions: [...good, subjectAltName("ca.example.com")] }],
    ["the last millisecond of validity", { notAfter: Math.floor(now / 1000) * 1000 + 1000 }],
  ])("%s", (_, recipe) => {
    expect(problemsOf(mintCa({ keys, ...recipe }))).toEqual([]);
  });

  it("with each certificate as one PEM block of the engine's own writing", () => {
    const text = `# a comment\r\n${root.pem.replaceAll("\n", "\r\n")}`;
    const issuer = vetIssuer({ file: "issuer.pem", text, now });
    expect(issuer.ok && issuer.value.certificates.map(({ pem }) => pem)).toEqual([root.pem]);
  });

  it("as many certificates as a file may hold", () => {
    expect(vetted(...Array.from({ length: 64 }, () => mintCa())).certificates).toHaveLength(64);
  });

  it("several roots, all of them anchors", () => {
    const issuer = vetted(root, mintCa());
    expect(issuer.anchors.size).toBe(2);
    expect(issuer.partialChain).toBe(false);
  });

  it("a root and its intermediate, of which the root alone is an anchor", () => {
    const issuer = vetted(mintCa({ by: root }), root);
    expect([...issuer.anchors]).toEqual([issuer.certificates[1]]);
    expect(issuer.signers.get(issuer.certificates[0])).toEqual([issuer.certificates[1]]);
  });

  it("an intermediate alone, which then is the anchor and needs a partial chain", () => {
    const issuer = vetted(mintCa({ by: root }));
    expect([...issuer.anchors]).toEqual([...issuer.certificates]);
    expect(issuer.partialChain).toBe(true);
  });

  it("an intermediate and the one below it, of which the upper is the anchor", () => {
    const upper = mintCa({ by: root, subject: "upper" });
    const issuer = vetted(mintCa({ by: upper }), upper);
    expect([...issuer.anchors]).toEqual([issuer.certificates[1]]);
  });

  it("a CA that only looks self-signed, as an anchor that is not", () => {
    const extensions = [basicConstraints(true), authorityKeyId(keys)];
    const newKey = mint({ subject: "root", by: root, extensions });
    const sameKey = mint({ subject: "another name", keys, by: root, extensions });
    expect(vetted(newKey).partialChain).toBe(true);
    expect(vetted(sameKey).partialChain).toBe(true);
    expect(vetted(mint({ subject: "root", keys, extensions })).partialChain).toBe(false);
  });

  it("the same root with a new certificate for the same key", () => {
    const renewed = mint({
      keys,
      subject: "root",
      extensions: [...good, subjectKeyId(keys)].slice(0, 3),
    });
    expect(vetted(root, renewed).anchors.size).toBe(2);
  });
});
