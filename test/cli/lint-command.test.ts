import { copyFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { openssl, skipOpenssl } from "./support/openssl.ts";
import { runIn, type Ran } from "./support/run-pullproof.ts";
import { useTemporaryFolders } from "./support/temporary-folder.ts";

const newFolder = useTemporaryFolders();
let folder = "";
beforeEach(() => {
  folder = newFolder();
});

const at = (name: string): string => join(folder, name);
const lint = async (...args: string[]): Promise<Ran> => await runIn(folder, "lint", ...args);

async function issueShop(...args: string[]): Promise<void> {
  await runIn(folder, "issue", "--new-issuer", "Own pulls");
  await runIn(folder, "issue", "shop.example.com", ...args);
}

test.each([
  ["no file", []],
  ["a level that is none", ["a.pem", "--for", "edge"]],
  ["a hostname that is none", ["a.pem", "--hostname", "https://shop"]],
])("%s is a wrong command line", async (_what, args) => {
  writeFileSync(at("a.pem"), "");
  const { status, stdout, stderr } = await lint(...args);
  expect(status).toBe(2);
  expect(stdout).toBe("");
  expect(stderr).toContain("next: ");
});

test("a file that is not there is a problem", async () => {
  const { status, stderr } = await lint("nowhere.pem");
  expect(status).toBe(1);
  expect(stderr).toContain("nowhere.pem: is not there");
});

test("what issue makes is good, and says so on stdout", async () => {
  await issueShop();
  const { status, stdout, stderr } = await lint(
    "pki/shop.example.com.pem",
    "--key",
    "pki/shop.example.com.key",
  );
  expect(stderr).toBe("");
  expect(status).toBe(0);
  expect(stdout).toMatch(
    /^✓ pki\/shop\.example\.com\.pem: good for the account's store \(EC P-256, 36\d days left\)\n {2}fingerprint {2}sha256:[0-9a-f]{64}\n$/,
  );
});

test("warnings are told, and are no reason to stop", async () => {
  await issueShop("--days", "10");
  const { status, stderr, stdout } = await lint("pki/shop.example.com.pem");
  expect(status).toBe(0);
  expect(stderr).toContain("! pki/shop.example.com.pem: certificates[0]: expires on ");
  expect(stderr).toContain("  otherwise: ");
  expect(stderr).toContain(
    "next: pullproof issue shop.example.com, then pullproof rotate shop.example.com",
  );
  expect(stdout).toContain("good for");
});

test("issue says nothing of days that were asked for", async () => {
  await issueShop("--days", "10");
  const { stderr } = await runIn(folder, "issue", "blog.example.com", "--days", "10");
  expect(stderr).not.toContain("expires on");
});

test("findings are data where data is asked for", async () => {
  await issueShop();
  copyFileSync(at("pki/issuer.key"), at("other.key"));
  const { status, stdout } = await lint(
    "pki/shop.example.com.pem",
    "--key",
    "other.key",
    "--hostname",
    "blog.example.com",
    "--json",
  );
  expect(status).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({
    ok: false,
    findings: [
      {
        severity: "problem",
        file: "pki/shop.example.com.pem",
        path: "certificates[0].subjectAltName",
      },
      {
        severity: "problem",
        rule: "pair",
        file: "other.key",
        message: "is not the key of the certificate",
      },
    ],
    certificate: { names: ["shop.example.com"], key: "EC P-256" },
  });
});

test("nothing is written", async () => {
  await issueShop();
  const before = readdirSync(at("pki"));
  await lint("pki/issuer.pem", "--key", "pki/issuer.key");
  expect(readdirSync(at("pki"))).toEqual(before);
  expect(readdirSync(folder)).toEqual(["pki"]);
});

describe.skipIf(skipOpenssl)("what openssl makes by its defaults", () => {
  test("`req -x509` is a CA that is no pull certificate", async () => {
    openssl(
      "req",
      "-x509",
      "-newkey",
      "rsa:2048",
      "-nodes",
      "-keyout",
      at("a.key"),
      "-out",
      at("a.pem"),
      "-subj",
      "/CN=shop",
      "-days",
      "365",
    );
    const { status, stderr } = await lint("a.pem", "--key", "a.key");
    expect(status).toBe(1);
    expect(stderr).toContain("is a CA's certificate");
    expect(stderr).toContain("1412");
    expect(stderr).toContain("clientAuth must be named");
  });

  test("`x509 -req` without an extension file is version 1", async () => {
    await issueShop();
    openssl(
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
      "/CN=shop.example.com",
    );
    const signed = openssl(
      "x509",
      "-req",
      "-in",
      at("a.csr"),
      "-CA",
      at("pki/issuer.pem"),
      "-CAkey",
      at("pki/issuer.key"),
      "-CAcreateserial",
      "-out",
      at("a.pem"),
      "-days",
      "90",
    );
    expect(signed.status).toBe(0);
    const { status, stderr } = await lint("a.pem", "--key", "a.key");
    expect(status).toBe(1);
    expect(stderr).toMatch(/X\.509 version 1|has no basicConstraints/);
  });

  test("`pkcs12 -nodes` puts attributes and the key beside the certificate", async () => {
    await issueShop();
    openssl(
      "pkcs12",
      "-export",
      "-inkey",
      at("pki/shop.example.com.key"),
      "-in",
      at("pki/shop.example.com.pem"),
      "-passout",
      "pass:x",
      "-out",
      at("a.p12"),
    );
    openssl("pkcs12", "-in", at("a.p12"), "-passin", "pass:x", "-nodes", "-out", at("a.pem"));
    const { status, stderr } = await lint("a.pem");
    expect(status).toBe(1);
    expect(stderr).toContain("bag attributes");
    expect(stderr).toContain("is a private key");
  });
});
