import { X509Certificate } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { ALL_KEY_TYPES } from "../../../cli/certificates/key-type.ts";
import { hasMlDsa, isMlDsa } from "../../../cli/certificates/ml-dsa.ts";
import { readCsr } from "../../../cli/certificates/read-csr.ts";
import { readPemBlocks, toPem } from "../../../origin-verifier/certificate/pem-blocks.ts";
import { openssl, skipOpenssl } from "../support/openssl.ts";
import { runIn, type Ran } from "../support/run-pullproof.ts";
import { useTemporaryFolders } from "../support/temporary-folder.ts";

const newFolder = useTemporaryFolders();
let folder = "";
beforeEach(async () => {
  folder = newFolder();
  await issue("--new-issuer", "Own pulls");
});

const at = (name: string): string => join(folder, name);
const read = (name: string): string => readFileSync(at(name), "utf8");
async function issue(...args: string[]): Promise<Ran> {
  return await runIn(folder, "issue", ...args);
}

/** The request with one of its bytes changed. */
function damaged(pem: string, place: number): string {
  const blocks = readPemBlocks(pem);
  if (!blocks.ok) throw new Error("no request");
  const [{ der, label }] = blocks.value;
  const index = place < 0 ? der.length + place : place;
  der.writeUInt8(der.readUInt8(index) ^ 1, index);
  return toPem(label, der);
}

describe("a request is refused", () => {
  test.each([
    ["that is not there", null, "is not there"],
    ["that is empty", "", "empty"],
    ["whose signature is another's", (csr: string) => damaged(csr, -1), "its signature"],
    ["that was changed on its way", (csr: string) => damaged(csr, 30), "signature|cannot be read"],
    ["that is two", (csr: string) => csr + csr, "more than one block"],
    ["that is no PKCS#10", toPem("CERTIFICATE REQUEST", Buffer.from([0x30, 0])), "PKCS#10"],
    ["that is no DER", toPem("CERTIFICATE REQUEST", Buffer.from("hello")), "cannot be read"],
  ])("%s, and nothing is written", async (_what, change, said) => {
    await issue("shop.example.com", "--csr", "--out", "shop");
    const csr = read("shop.csr");
    const text = typeof change === "function" ? change(csr) : change;
    if (text !== null) writeFileSync(at("asked.csr"), text);
    const { status, stdout, stderr } = await issue("shop.example.com", "--from-csr", "asked.csr");
    expect(status).toBe(1);
    expect(stdout).toBe("");
    expect(stderr).toMatch(new RegExp(`asked\\.csr: .*(?:${said})`));
    expect(existsSync(at("pki/shop.example.com.pem"))).toBe(false);
  });

  test("where the owner sent the key instead", async () => {
    await issue("shop.example.com", "--csr", "--out", "shop");
    const { status, stderr } = await issue("shop.example.com", "--from-csr", "shop.key");
    expect(status).toBe(1);
    expect(stderr).toContain("is a private key: its owner keeps it");
  });

  test("that asks for another hostname alone", async () => {
    await issue("admin.example.com", "--csr", "--out", "asked");
    const { status, stderr } = await issue("shop.example.com", "--from-csr", "asked.csr");
    expect(status).toBe(1);
    expect(stderr).toContain("asks for admin.example.com, not for shop.example.com");
  });

  test.each([
    ["--csr", "--from-csr", "x"],
    ["--csr", "--days", "3"],
    ["--csr", "--new-issuer", "x"],
  ])("%s beside %s, as a wrong command line", async (...flags) => {
    expect((await issue("shop.example.com", ...flags)).status).toBe(2);
  });
});

describe.each(ALL_KEY_TYPES.filter((type) => type !== "rsa4096" && type !== "rsa3072"))(
  "with %s",
  (keyType) => {
    test.skipIf(isMlDsa(keyType) && !hasMlDsa())(
      "a request comes back as a certificate for its key",
      async () => {
        const made = await issue(
          "shop.example.com",
          "--csr",
          "--key-type",
          keyType,
          "--out",
          "shop",
        );
        expect(made.status).toBe(0);
        expect(made.stdout).toBe("request      shop.csr\nkey          shop.key\n");
        expect(statSync(at("shop.key")).mode & 0o777).toBe(0o600);
        const signed = await issue("shop.example.com", "--from-csr", "shop.csr", "--out", "back");
        expect(signed.status).toBe(0);
        expect(readdirSync(folder).toSorted()).toEqual(["back.pem", "pki", "shop.csr", "shop.key"]);
        const linted = await runIn(
          folder,
          "lint",
          "back.pem",
          "--key",
          "shop.key",
          "--for",
          "hostname",
          "--hostname",
          "shop.example.com",
        );
        expect(linted.stderr).toBe("");
        expect(linted.status).toBe(0);
      },
    );
  },
);

test.skipIf(skipOpenssl)(
  "nothing that a request asks for is granted but its key: not a CA, no other name, no other use",
  async () => {
    const subject = "/CN=admin.example.com";
    const made = openssl(
      "req",
      "-new",
      "-newkey",
      "rsa:2048",
      "-nodes",
      "-keyout",
      at("a.key"),
      "-out",
      at("a.csr"),
      "-subj",
      subject,
      "-addext",
      "basicConstraints=critical,CA:TRUE",
      "-addext",
      "keyUsage=keyCertSign",
      "-addext",
      "extendedKeyUsage=serverAuth,clientAuth",
      "-addext",
      "subjectAltName=DNS:shop.example.com,DNS:admin.example.com,IP:10.0.0.1",
    );
    expect(made.status).toBe(0);
    const { status, stderr } = await issue("shop.example.com", "--from-csr", "a.csr");
    expect(status).toBe(0);
    expect(stderr).toContain("asks for admin.example.com, 10.0.0.1 too");
    const certificate = new X509Certificate(read("pki/shop.example.com.pem"));
    expect(certificate.subject).toBe("CN=shop.example.com");
    expect(certificate.subjectAltName).toBe("DNS:shop.example.com");
    expect(certificate.ca).toBe(false);
    expect(certificate.keyUsage).toEqual(["1.3.6.1.5.5.7.3.2"]);
  },
);

test.skipIf(skipOpenssl)("a request is one to openssl too", async () => {
  await issue("shop.example.com", "--csr", "--out", "shop");
  const { status, said } = openssl("req", "-in", at("shop.csr"), "-verify", "-noout", "-text");
  expect(status).toBe(0);
  expect(said).toContain("DNS:shop.example.com");
  expect(said).toContain("TLS Web Client Authentication");
});

test.skipIf(skipOpenssl)("a weak key, and a request that is signed with SHA-1, are refused", () => {
  openssl(
    "req",
    "-new",
    "-newkey",
    "rsa:1024",
    "-nodes",
    "-keyout",
    at("a.key"),
    "-out",
    at("weak.csr"),
    "-subj",
    "/CN=a",
  );
  openssl(
    "req",
    "-new",
    "-newkey",
    "rsa:2048",
    "-sha1",
    "-nodes",
    "-keyout",
    at("a.key"),
    "-out",
    at("sha1.csr"),
    "-subj",
    "/CN=a",
  );
  const messages = ["weak.csr", "sha1.csr"].map((name) => {
    const csr = readCsr(read(name));
    return csr.ok ? "" : csr.problems[0].message;
  });
  expect(messages[0]).toContain("1024 bits");
  expect(messages[1]).toContain("SHA-1");
});
