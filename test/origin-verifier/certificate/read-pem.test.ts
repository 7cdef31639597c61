import { describe, expect, it } from "vitest";
import { toPem } from "../../../origin-verifier/certificate/pem-blocks.ts";
import {
  readCertificate,
  readPemCertificates,
  readPemKey,
} from "../../../origin-verifier/certificate/read-pem.ts";
import type { Parsed } from "../../../shared/problem.ts";
import { extension } from "../../support/certificate-parts.ts";
import { leafExtensions, mint, mintCa, mintLeaf } from "../../support/certificates.ts";
import { freshKeys } from "../../support/keys.ts";

const ca = mintCa({ subject: "the issuer" });
const other = mintCa({ subject: "another" });
const broken = ca.pem.replace(/\n.{10}/, "\n!!!!!!!!!!");

function pathsOf(result: Parsed<unknown>): readonly string[] {
  return result.ok ? [] : result.problems.map(({ path }) => path);
}

function messageOf(result: Parsed<unknown>): string {
  return result.ok ? "" : result.problems[0].message;
}

describe("a file of certificates is refused", () => {
  it.each([
    ["an empty file", ""],
    ["nothing but white space", " \r\n\t\n"],
    ["text without a block", "here be certificates\n"],
    ["DER", ca.der.toString("utf8")],
    ["UTF-16", Buffer.from(ca.pem, "utf16le").toString("utf8")],
    ["a BEGIN without its END", ca.pem.replace(/-----END.*\n/, "")],
    ["an END without its BEGIN", ca.pem.replace(/-----BEGIN.*\n/, "")],
    ["a file cut within its second block", ca.pem + other.pem.slice(0, 200)],
    ["a block within a block", ca.pem.replace("\n", "\n-----BEGIN CERTIFICATE-----\n")],
    ["an END of another kind", ca.pem.replace("END CERTIFICATE", "END PRIVATE KEY")],
    ["a BEGIN that lost a dash", ca.pem + other.pem.replace("-----BEGIN", "----BEGIN")],
    ["an END with a blank too many", other.pem.replace("-----END", "----- END") + ca.pem],
  ])("with the whole file to blame: %s", (_, text) => {
    expect(pathsOf(readPemCertificates(text))).toEqual([""]);
  });

  it.each([
    ["its private key", ca.keyPem],
    [
      "a private key in SEC 1",
      "-----BEGIN EC PRIVATE KEY-----\nMHc=\n-----END EC PRIVATE KEY-----\n",
    ],
    [
      "an encrypted key",
      "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMHc=\n-----END ENCRYPTED PRIVATE KEY-----\n",
    ],
    ["a request", toPem("CERTIFICATE REQUEST", ca.der)],
    ["a revocation list", toPem("X509 CRL", ca.der)],
    ["a TRUSTED CERTIFICATE", toPem("TRUSTED CERTIFICATE", ca.der)],
    [
      "a public key",
      toPem("PUBLIC KEY", ca.keys.publicKey.export({ type: "spki", format: "der" })),
    ],
    ["corrupt base64", broken],
    ["base64 that stops early", toPem("CERTIFICATE", ca.der.subarray(0, -1))],
    ["no base64 at all", "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n"],
    [
      "bytes after the certificate's end",
      toPem("CERTIFICATE", Buffer.concat([ca.der, Buffer.from([0])])),
    ],
    ["two certificates in one block", toPem("CERTIFICATE", Buffer.concat([ca.der, other.der]))],
    ["PEM within base64", toPem("CERTIFICATE", Buffer.from(ca.pem))],
  ])("with the place of the block: %s, after a good one", (_, block) => {
    expect(pathsOf(readPemCertificates(other.pem + block))).toEqual(["certificates[1]"]);
  });

  it("with every bad block named at once", () => {
    const text = broken + ca.pem + ca.keyPem + other.pem;
    expect(pathsOf(readPemCertificates(text))).toEqual(["certificates[0]", "certificates[2]"]);
  });

  it("saying plainly that it is a private key", () => {
    expect(messageOf(readPemCertificates(ca.keyPem))).toContain("this is a private key");
  });

  it.each([
    ["TRUSTED CERTIFICATE", "openssl x509"],
    ["X509 CRL", "`crl` file"],
    ["CERTIFICATE REQUEST", "a request"],
    ["NEW CERTIFICATE REQUEST", "a request"],
    ["PKCS7", "this is a PKCS7"],
  ])("saying what a %s is, and where it belongs", (label, says) => {
    expect(messageOf(readPemCertificates(toPem(label, ca.der)))).toContain(says);
  });

  it("saying how to turn DER into PEM", () => {
    expect(messageOf(readPemCertificates(ca.der.toString("latin1")))).toContain("openssl x509");
  });
});

describe("a file of certificates is read", () => {
  it.each([
    ["as it is", ca.pem + other.pem],
    [
      "with comments",
      `# roots\nsubject=CN = x\n${ca.pem}\n=====\nBag Attributes\n${other.pem}# end`,
    ],
    ["with CRLF", (ca.pem + other.pem).replaceAll("\n", "\r\n")],
    ["with a byte order mark", `\uFEFF${ca.pem}${other.pem}`],
    ["with blanks at the ends of lines", (ca.pem + other.pem).replaceAll("\n", " \t\n")],
    ["indented", (ca.pem + other.pem).replaceAll(/^/gm, "    ")],
    ["without a line feed at its end", (ca.pem + other.pem).trimEnd()],
    ["in one line of base64", oneLine(ca.der) + oneLine(other.der)],
  ])("%s: both certificates, in their order", (_, text) => {
    const read = readPemCertificates(text);
    expect(read.ok && read.value.map(({ raw }) => raw)).toEqual([ca.der, other.der]);
  });
});

function oneLine(der: Buffer): string {
  return `-----BEGIN CERTIFICATE-----\n${der.toString("base64")}\n-----END CERTIFICATE-----\n`;
}

describe("one certificate's DER", () => {
  it("is read as itself", () => {
    expect(readCertificate(ca.der)?.raw).toEqual(ca.der);
  });

  it("is never read as the certificate that stands as PEM text in one of its extensions", () => {
    const leaf = mintLeaf(ca);
    const hidden = Buffer.from(`\n${other.pem}`).toString("hex");
    const carrier = mint({
      by: ca,
      extensions: [...leafExtensions(leaf.keys, ca), extension("1.3.6.1.4.1.99999.1", hidden)],
    });
    expect(readCertificate(carrier.der)).toBeNull();
  });
});

describe("a file with a private key", () => {
  const { privateKey } = freshKeys();
  const pkcs8 = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  const sec1 = privateKey.export({ type: "sec1", format: "pem" }).toString();
  const locked = { format: "pem", cipher: "aes-256-cbc", passphrase: "x" } as const;

  it.each([
    ["PKCS#8", pkcs8],
    ["SEC 1", sec1],
    [
      "what openssl ecparam -genkey writes",
      `-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n${sec1}`,
    ],
    ["CRLF", pkcs8.replaceAll("\n", "\r\n")],
  ])("is read: %s", (_, text) => {
    const key = readPemKey(text);
    expect(key.ok && key.value.equals(privateKey)).toBe(true);
  });

  it.each([
    ["empty", "", "the file is empty"],
    ["a certificate", ca.pem, "this is a certificate"],
    ["a public key", toPem("PUBLIC KEY", Buffer.from("00", "hex")), "not a private key"],
    ["two keys", pkcs8 + pkcs8, "2 blocks"],
    ["key and certificate", pkcs8 + ca.pem, "2 blocks"],
    [
      "parameters alone",
      "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n",
      "0 blocks",
    ],
    ["encrypted PKCS#8", privateKey.export({ type: "pkcs8", ...locked }).toString(), "encrypted"],
    ["encrypted SEC 1", privateKey.export({ type: "sec1", ...locked }).toString(), "encrypted"],
    ["damaged", toPem("PRIVATE KEY", Buffer.from("3003020100", "hex")), "does not parse"],
  ])("is refused: %s", (_, text, says) => {
    const key = readPemKey(text);
    expect(pathsOf(key)).toEqual([""]);
    expect(messageOf(key)).toContain(says);
  });
});
