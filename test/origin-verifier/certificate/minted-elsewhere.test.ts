// oxlint-disable-next-line import/no-unassigned-import -- @peculiar/x509 needs its effect on Reflect while it loads
import "reflect-metadata";
import { execFileSync, spawnSync } from "node:child_process";
import { X509Certificate } from "node:crypto";
import type { webcrypto } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as x509 from "@peculiar/x509";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readCertificateFacts } from "../../../origin-verifier/certificate/certificate-facts.ts";
import { leafProblem } from "../../../origin-verifier/certificate/certificate-rules.ts";
import { readCrls } from "../../../origin-verifier/certificate/read-crl.ts";
import { revocationState } from "../../../origin-verifier/certificate/revocation.ts";
import { signedBy } from "../../support/signed-by.ts";
import { vetIssuer } from "../../../origin-verifier/certificate/vet-issuer.ts";
import type { VettedIssuer } from "../../../origin-verifier/certificate/vetted-issuer.ts";
import { skipUnless } from "../../support/loud-skip.ts";

// What our own helper mints is read by what our own helper was written with. Others' certificates show that we are not alone.

const HOUR = 3_600_000;

function vetted(text: string): VettedIssuer {
  const issuer = vetIssuer({ file: "issuer.pem", text, now: Date.now() });
  if (!issuer.ok) throw new Error(issuer.problems.map(({ message }) => message).join("; "));
  return issuer.value;
}

/** What refuses a leaf under an issuer; null where nothing does. */
function refusalOf(pem: string, issuer: VettedIssuer): string | null {
  const leaf = new X509Certificate(pem);
  const problem = leafProblem(readCertificateFacts(leaf));
  if (problem !== null) return problem.reason;
  return signedBy(leaf, issuer, Date.now()) ? null : "wrong-issuer";
}

describe.each([
  [{ name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" }],
  [{ name: "ECDSA", namedCurve: "P-384", hash: "SHA-384" }],
  [
    {
      name: "RSASSA-PKCS1-v1_5",
      hash: "SHA-256",
      publicExponent: new Uint8Array([1, 0, 1]),
      modulusLength: 2048,
    },
  ],
  [
    {
      name: "RSA-PSS",
      hash: "SHA-256",
      publicExponent: new Uint8Array([1, 0, 1]),
      modulusLength: 2048,
      saltLength: 32,
    },
  ],
  [{ name: "Ed25519" }],
])("made by @peculiar/x509 with no more than it asks for, $name $namedCurve", (algorithm) => {
  const dates = { notBefore: new Date(Date.now() - HOUR), notAfter: new Date(Date.now() + HOUR) };
  let issuer: VettedIssuer;
  let keys: webcrypto.CryptoKeyPair;
  let leaf: x509.X509Certificate;

  beforeAll(async () => {
    keys = (await crypto.subtle.generateKey(algorithm, true, [
      "sign",
      "verify",
    ])) as webcrypto.CryptoKeyPair;
    const signed = { ...dates, signingAlgorithm: algorithm, signingKey: keys.privateKey };
    const root = await x509.X509CertificateGenerator.createSelfSigned({
      ...dates,
      signingAlgorithm: algorithm,
      keys,
      name: "CN=issuer",
      extensions: [new x509.BasicConstraintsExtension(true)],
    });
    issuer = vetted(root.toString("pem"));
    leaf = await x509.X509CertificateGenerator.create({
      ...signed,
      publicKey: keys.publicKey,
      issuer: "CN=issuer",
      subject: "CN=leaf",
      extensions: [
        new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.clientAuth]),
        new x509.SubjectAlternativeNameExtension([{ type: "dns", value: "shop.example.com" }]),
      ],
    });
  });

  it("an issuer is vetted and its leaf breaks no rule", () => {
    expect(refusalOf(leaf.toString("pem"), issuer)).toBeNull();
  });

  it.each([
    ["no entries", [], "good"],
    ["another's entry", ["0102"], "good"],
    ["an entry", [""], "revoked"],
  ])("a revocation list with %s is read", async (_, serials, state) => {
    const list = await x509.X509CrlGenerator.create({
      issuer: "CN=issuer",
      thisUpdate: dates.notBefore,
      nextUpdate: dates.notAfter,
      signingAlgorithm: algorithm,
      signingKey: keys.privateKey,
      entries: serials.map((serial) => ({
        serialNumber: serial === "" ? leaf.serialNumber : serial,
        revocationDate: new Date(),
      })),
    });
    const now = Date.now();
    const crls = readCrls({ file: "crl", text: list.toString("pem"), issuer, now });
    const facts = readCertificateFacts(new X509Certificate(leaf.toString("pem")));
    if (!crls.ok || "unreadable" in facts) throw new Error("unreadable");
    expect(revocationState(facts, crls.value, now)).toBe(state);
  });
});

const openssl = spawnSync("openssl", ["version"]).status === 0;
const skip = skipUnless(openssl, "openssl (apt-get install openssl)");

describe.skipIf(skip)("made by openssl", () => {
  const folder = mkdtempSync(join(tmpdir(), "pullproof-certificates-"));
  afterAll(() => rmSync(folder, { recursive: true }));

  const file = (name: string): string => join(folder, name);
  const run = (...args: readonly string[]): string =>
    execFileSync("openssl", args, { cwd: folder, stdio: ["ignore", "pipe", "ignore"] }).toString();
  const ec = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
  const rsa = ["-newkey", "rsa:2048", "-nodes"];

  /** A root, as `openssl req -x509` makes it without being told more. */
  function root(name: string, key: readonly string[] = ec, ...more: readonly string[]): string {
    run(
      "req",
      "-x509",
      ...key,
      "-subj",
      `/CN=${name}`,
      "-days",
      "2",
      "-keyout",
      `${name}.key`,
      "-out",
      `${name}.pem`,
      ...more,
    );
    return readFileSync(file(`${name}.pem`), "utf8");
  }

  /** A leaf, signed by a root of the folder. */
  function leaf(by: string, extensions: string, ...more: readonly string[]): string {
    writeFileSync(file("leaf.ext"), extensions);
    run("req", "-new", ...ec, "-subj", "/CN=leaf", "-keyout", "leaf.key", "-out", "leaf.csr");
    return run(
      "x509",
      "-req",
      "-in",
      "leaf.csr",
      "-CA",
      `${by}.pem`,
      "-CAkey",
      `${by}.key`,
      "-CAcreateserial",
      "-days",
      "1",
      "-extfile",
      "leaf.ext",
      ...more,
    );
  }

  it("an issuer is vetted and its leaf breaks no rule", () => {
    const issuer = vetted(root("plain"));
    expect(refusalOf(leaf("plain", "extendedKeyUsage=clientAuth\n"), issuer)).toBeNull();
  });

  it("everything that a careful operator writes is understood", () => {
    const issuer = vetted(
      root(
        "careful",
        ec,
        "-addext",
        "keyUsage=critical,keyCertSign,cRLSign",
        "-addext",
        "nameConstraints=critical,permitted;DNS:example.com,excluded;IP:0.0.0.0/0.0.0.0,excluded;IP:::/::",
      ),
    );
    const extensions = [
      "basicConstraints=critical,CA:FALSE",
      "keyUsage=critical,digitalSignature",
      "extendedKeyUsage=critical,clientAuth",
      "subjectAltName=critical,DNS:shop.example.com,URI:spiffe://example.com/shop",
      "authorityKeyIdentifier=keyid:always,issuer:always",
      "certificatePolicies=1.2.3.4",
      "crlDistributionPoints=URI:http://crl.example.com/a.crl",
      "authorityInfoAccess=caIssuers;URI:http://ca.example.com/a.cer",
      "nsComment=a comment",
    ].join("\n");
    expect(refusalOf(leaf("careful", extensions), issuer)).toBeNull();
    const outside = extensions.replace("DNS:shop.example.com", "DNS:shop.example.net");
    expect(refusalOf(leaf("careful", outside), issuer)).toBe("wrong-issuer");
  });

  it.each([
    ["RSA and RSASSA-PSS with openssl's own salt", rsa, ["-sigopt", "rsa_padding_mode:pss"]],
    ["RSA and SHA-512", rsa, ["-sha512"]],
    ["Ed25519", ["-newkey", "ed25519", "-nodes"], []],
  ])("%s is understood", (_, key, signing) => {
    const issuer = vetted(root("other", key));
    expect(
      refusalOf(leaf("other", "extendedKeyUsage=clientAuth\n", ...signing), issuer),
    ).toBeNull();
  });

  // UTF8String, BMPString and T61String, PrintableString and IA5String, as the mask has it.
  it.each(["utf8only", "pkix", "default", "nombstr"])("names in strings of %s are read", (mask) => {
    const config = `[req]\ndistinguished_name=dn\nstring_mask=${mask}\n[dn]\n`;
    writeFileSync(file("names.cnf"), config);
    const subject = "/C=DE/CN=M\u00fcller/emailAddress=a@example.com/DC=example";
    const options = ["-config", "names.cnf", "-addext", "basicConstraints=CA:TRUE", "-utf8"];
    const issuer = vetted(root("names", ec, ...options, "-subj", subject));
    expect(issuer.certificates[0].facts.subjectText).toMatch(
      /^C=DE, CN=M.*ller, emailAddress=a@example\.com, DC=example$/,
    );
    expect(refusalOf(leaf("names", "extendedKeyUsage=clientAuth\n"), issuer)).toBeNull();
  });

  it.each([
    ["without extensions, of version 1", "", [], "not-version-3"],
    ["for servers", "extendedKeyUsage=serverAuth\n", [], "not-for-client-auth"],
    [
      "that is a CA",
      "basicConstraints=CA:TRUE\nextendedKeyUsage=clientAuth\n",
      [],
      "certificate-is-a-ca",
    ],
    ["with SHA-1", "extendedKeyUsage=clientAuth\n", ["-sha1"], "weak-signature"],
    [
      "with a serial number of zero",
      "extendedKeyUsage=clientAuth\n",
      ["-set_serial", "0"],
      "malformed-certificate",
    ],
  ])("a leaf %s is refused", (_, extensions, more, reason) => {
    const issuer = vetted(root("strict"));
    const pem = extensions === "" ? unextended() : leaf("strict", extensions, ...more);
    expect(refusalOf(pem, issuer)).toBe(reason);
  });

  /** OpenSSL 3 makes version 1 only where it is told of no extensions at all. */
  function unextended(): string {
    run("req", "-new", ...ec, "-subj", "/CN=leaf", "-keyout", "leaf.key", "-out", "leaf.csr");
    return run(
      "x509",
      "-req",
      "-in",
      "leaf.csr",
      "-CA",
      "strict.pem",
      "-CAkey",
      "strict.key",
      "-CAcreateserial",
      "-days",
      "1",
    );
  }

  it("a revocation list is read, and what it revokes is revoked", () => {
    const issuer = vetted(root("lists"));
    const pem = leaf("lists", "extendedKeyUsage=clientAuth\n");
    writeFileSync(file("revoked.pem"), pem);
    writeFileSync(file("index.txt"), "");
    writeFileSync(file("crlnumber"), "01\n");
    writeFileSync(
      file("ca.cnf"),
      "[ca]\ndefault_ca=own\n[own]\ndatabase=index.txt\ncrlnumber=crlnumber\ndefault_md=sha256\ndefault_crl_days=1\n",
    );
    const ca = ["-config", "ca.cnf", "-cert", "lists.pem", "-keyfile", "lists.key"];
    const facts = readCertificateFacts(new X509Certificate(pem));
    if ("unreadable" in facts) throw new Error(facts.unreadable);
    const now = Date.now() + 1000;
    const state = (): string => {
      const crls = readCrls({ file: "crl", text: run("ca", ...ca, "-gencrl"), issuer, now });
      if (!crls.ok) throw new Error(crls.problems[0].message);
      return revocationState(facts, crls.value, now);
    };
    expect(state()).toBe("good");
    run("ca", ...ca, "-revoke", "revoked.pem", "-crl_reason", "keyCompromise");
    expect(state()).toBe("revoked");
  });
});
