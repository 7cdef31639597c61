import { createPrivateKey, X509Certificate } from "node:crypto";
import { describe, expect, it } from "vitest";
import { readOriginCertificate } from "../../../origin-verifier/certificate/read-origin-certificate.ts";
import { parseHostname } from "../../../shared/hostname.ts";
import type { Hostname } from "../../../shared/hostname.ts";
import { EKU, extendedKeyUsage, subjectAltName } from "../../support/certificate-parts.ts";
import { leafExtensions, mintCa, mintLeaf, without } from "../../support/certificates.ts";
import type { Minted } from "../../support/certificates.ts";
import { freshKeys, keysOf } from "../../support/keys.ts";

const now = Date.now();
const NAME = "origin-shop.example.net";
const hostname = hostnameOf(NAME);
const root = mintCa();
const intermediate = mintCa({ by: root });
const good = mintLeaf(intermediate, { names: [NAME] });

function hostnameOf(text: string): Hostname {
  const parsed = parseHostname(text);
  if (parsed === null) throw new Error(`no hostname: ${text}`);
  return parsed;
}

interface Files {
  readonly certificate?: string;
  readonly key?: string;
  readonly hostname?: Hostname;
}

function read(files: Files = {}): ReturnType<typeof readOriginCertificate> {
  const { pem, keyPem } = good;
  return readOriginCertificate({ certificate: pem, key: keyPem, hostname, now, ...files });
}

function problemsOf(files: Files): readonly string[] {
  const result = read(files);
  return result.ok ? [] : result.problems.map(({ path, message }) => `${path}: ${message}`);
}

function ofLeaf(leaf: Minted): readonly string[] {
  return problemsOf({ certificate: leaf.pem, key: leaf.keyPem });
}

describe("an origin certificate is refused", () => {
  it("when it has expired", () => {
    const old = mintLeaf(root, { names: [NAME], notBefore: now - 5000, notAfter: now - 1000 });
    expect(ofLeaf(old)).toEqual([
      expect.stringMatching(/^certificate: expired on \d{4}-\d\d-\d\d/),
    ]);
  });

  it("when it is not valid yet", () => {
    const young = mintLeaf(root, { names: [NAME], notBefore: now + 60_000 });
    expect(ofLeaf(young)).toEqual([expect.stringContaining("certificate: not valid before")]);
  });

  it("outside its dates, to the very second", () => {
    const second = Math.floor(now / 1000) * 1000;
    const leaf = mintLeaf(root, { names: [NAME], notBefore: second, notAfter: second + 5000 });
    const at = (moment: number): boolean =>
      readOriginCertificate({ certificate: leaf.pem, key: leaf.keyPem, hostname, now: moment }).ok;
    expect([at(second - 1), at(second)]).toEqual([false, true]);
    expect([at(second + 4999), at(second + 5000)]).toEqual([true, false]);
  });

  it.each([
    ["another name", [`x.${NAME}`]],
    ["a wildcard of two labels' height", ["*.net"]],
    ["no name at all", []],
  ])("for %s", (_, names) => {
    expect(ofLeaf(mintLeaf(root, { names }))).toEqual([expect.stringContaining(`not for ${NAME}`)]);
  });

  it("for a name that only its common name has", () => {
    const extensions = without(leafExtensions(freshKeys(), root), "2.5.29.17");
    const leaf = mintLeaf(root, { subject: NAME, extensions });
    expect(ofLeaf(leaf)).toEqual([expect.stringContaining(`not for ${NAME}`)]);
  });

  it("with another key than its own", () => {
    expect(problemsOf({ key: mintLeaf(root).keyPem })).toEqual([
      expect.stringContaining("key: not the key of this certificate"),
    ]);
  });

  it("when the chain is upside down, and says which certificate the key belongs to", () => {
    const upside = mintLeaf(root, { names: [NAME] });
    expect(problemsOf({ certificate: upside.pem + good.pem })).toEqual([
      expect.stringContaining("key: the key of certificates[1]"),
    ]);
  });

  it("when the two files are swapped", () => {
    expect(problemsOf({ certificate: good.keyPem, key: good.pem })).toEqual([
      expect.stringContaining("certificate.certificates[0]: this is a private key"),
      expect.stringContaining("key: this is a certificate"),
    ]);
  });

  it("with every problem at once", () => {
    const wrong = mintLeaf(root, {
      names: ["a.test"],
      notBefore: now - 5000,
      notAfter: now - 1000,
    });
    expect(problemsOf({ certificate: wrong.pem })).toHaveLength(3);
    expect(problemsOf({ certificate: wrong.pem, key: "" })).toHaveLength(3);
    expect(problemsOf({ certificate: "", key: "" })).toEqual([
      "certificate: the file is empty",
      "key: the file is empty",
    ]);
  });
});

describe("an origin certificate is read", () => {
  it("with its key and its whole chain, leaf first", () => {
    const result = read({ certificate: `# leaf\r\n${good.pem}\n# issuer\n${intermediate.pem}` });
    expect(result.ok && result.value.chainPem).toBe(good.pem + intermediate.pem);
    expect(result.ok && createPrivateKey(result.value.keyPem).equals(good.keys.privateKey)).toBe(
      true,
    );
    expect(result.ok && result.value.leaf.fingerprint256).toBe(
      new X509Certificate(good.der).fingerprint256,
    );
    expect(result.ok && result.value.notAfter).toBe(good.certificate.validToDate.getTime());
  });

  it.each([
    ["a wildcard", ["*.example.net"]],
    ["the name in capitals", ["ORIGIN-shop.example.NET"]],
    ["the name among others", ["a.test", NAME]],
  ])("for %s", (_, names) => {
    expect(ofLeaf(mintLeaf(root, { names }))).toEqual([]);
  });

  it("as servers have it: for serverAuth, with an RSA key", () => {
    const keys = keysOf("rsa-2048");
    const extensions = [extendedKeyUsage(EKU.serverAuth), subjectAltName(NAME)];
    expect(ofLeaf(mintLeaf(root, { keys, extensions }))).toEqual([]);
  });
});
