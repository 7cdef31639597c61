import { createPrivateKey, X509Certificate } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { signerOf, type Signer } from "../../cli/certificates/certificate-and-key.ts";
import { issueIssuer } from "../../cli/certificates/issue-issuer.ts";
import { issueOriginCertificate, issuePullCertificate } from "../../cli/certificates/issue-leaf.ts";
import { KEY_TYPES, type KeyType } from "../../cli/certificates/key-type.ts";
import { makeSerialNumber } from "../../cli/certificates/serial-number.ts";
import { daysUntil, validFor } from "../../cli/certificates/validity.ts";
import {
  readCertificateFacts,
  type CertificateFacts,
} from "../../origin-verifier/certificate/certificate-facts.ts";
import { leafProblem } from "../../origin-verifier/certificate/certificate-rules.ts";
import { vetIssuer } from "../../origin-verifier/certificate/vet-issuer.ts";
import { parseHostname, type Hostname } from "../../shared/hostname.ts";
import { openssl, skipOpenssl } from "./support/openssl.ts";
import { useTemporaryFolders } from "./support/temporary-folder.ts";

const now = new Date("2026-06-01T12:00:00.500Z");
const DAY = 86_400_000;
const shop = hostname("shop.example.com");
const folder = useTemporaryFolders();

function hostname(raw: string): Hostname {
  const parsed = parseHostname(raw);
  if (parsed === null) throw new Error(raw);
  return parsed;
}

async function makeIssuer(given: { name?: string; keyType?: KeyType; days?: number } = {}) {
  const asked = { name: "Own pulls", keyType: "p256", days: 3650, ...given } as const;
  const pair = await issueIssuer({ ...asked, now });
  return { pair, signer: signerOf(pair) };
}

async function issue(signer: Signer, keyType: KeyType = "p256", name = shop) {
  return await issuePullCertificate({ hostname: name, signer, keyType, days: 365, now });
}

function factsOf(pem: string): CertificateFacts {
  const facts = readCertificateFacts(new X509Certificate(pem));
  if ("unreadable" in facts) throw new Error(facts.unreadable);
  return facts;
}

describe("a pull certificate", () => {
  test("is a v3 leaf that may pull as its hostname, and nothing else", async () => {
    const { signer } = await makeIssuer();
    const facts = factsOf((await issue(signer)).certificate);
    expect(facts).toMatchObject({
      version: 3,
      isCa: false,
      pathLength: null,
      keyUsage: new Set(["digitalSignature"]),
      extendedKeyUsage: ["1.3.6.1.5.5.7.3.2"],
      names: { dns: ["shop.example.com"] },
      weakKey: null,
      weakSignature: null,
      malformed: [],
    });
    expect(leafProblem(facts)).toBeNull();
  });

  test("belongs to its key and to its issuer, and to no other", async () => {
    const [one, other] = [await makeIssuer(), await makeIssuer()];
    const made = await issue(one.signer);
    const certificate = new X509Certificate(made.certificate);
    expect(certificate.checkPrivateKey(createPrivateKey(made.key))).toBe(true);
    expect(certificate.verify(new X509Certificate(one.pair.certificate).publicKey)).toBe(true);
    expect(certificate.verify(new X509Certificate(other.pair.certificate).publicKey)).toBe(false);
    expect(certificate.checkIssued(new X509Certificate(one.pair.certificate))).toBe(true);
    expect(made.fingerprint).toBe(
      `sha256:${certificate.fingerprint256.replaceAll(":", "").toLowerCase()}`,
    );
  });

  test(
    "can have any of the keys, under an issuer with any other",
    { timeout: 60_000 },
    async () => {
      const kinds: Record<KeyType, string> = {
        p256: "EC P-256",
        p384: "EC P-384",
        rsa2048: "RSA 2048",
        rsa3072: "RSA 3072",
        rsa4096: "RSA 4096",
      };
      for (const keyType of KEY_TYPES) {
        const issuerType = keyType === "p384" ? "rsa2048" : "p384";
        const { pair, signer } = await makeIssuer({ keyType: issuerType });
        const made = await issue(signer, keyType);
        const facts = factsOf(made.certificate);
        expect(facts.key.replace("-bit", "")).toContain(kinds[keyType]);
        expect(leafProblem(facts)).toBeNull();
        const issuerKey = new X509Certificate(pair.certificate).publicKey;
        expect(new X509Certificate(made.certificate).verify(issuerKey)).toBe(true);
      }
    },
  );

  test("writes its key as PKCS#8, not encrypted", async () => {
    const { signer } = await makeIssuer();
    const { key } = await issue(signer, "rsa2048");
    expect(key).toMatch(
      /^-----BEGIN PRIVATE KEY-----\n(?:[\w+/=]{1,64}\n)+-----END PRIVATE KEY-----\n$/,
    );
  });

  test("carries a hostname that is too long for a common name", async () => {
    const long = hostname(`${"a".repeat(63)}.${"b".repeat(63)}.example.com`);
    const { signer } = await makeIssuer();
    const facts = factsOf((await issue(signer, "p256", long)).certificate);
    expect(facts.names.dns).toEqual([long]);
    expect(leafProblem(facts)).toBeNull();
  });
});

describe("an issuer", () => {
  test("is a CA that signs leafs and revocation lists, and no further CA", async () => {
    const { pair } = await makeIssuer();
    expect(factsOf(pair.certificate)).toMatchObject({
      version: 3,
      isCa: true,
      pathLength: 0,
      keyUsage: new Set(["keyCertSign", "cRLSign"]),
      extendedKeyUsage: null,
      malformed: [],
    });
  });

  test("is one that the verifier takes", async () => {
    const { pair } = await makeIssuer();
    const text = pair.certificate;
    expect(vetIssuer({ file: "issuer.pem", text, now: now.getTime() })).toMatchObject({ ok: true });
  });

  test("keeps its name as it was given, whatever is in it", async () => {
    const name = 'Own, "pulls" + more; CN=x \\ ü';
    const { pair } = await makeIssuer({ name });
    expect(new X509Certificate(pair.certificate).toLegacyObject().subject).toEqual({ CN: name });
  });
});

test("an origin certificate serves, and cannot pull", async () => {
  const { signer } = await makeIssuer();
  const origin = { hostname: shop, signer, keyType: "p256", days: 30, now } as const;
  const facts = factsOf((await issueOriginCertificate(origin)).certificate);
  expect(facts.extendedKeyUsage).toEqual(["1.3.6.1.5.5.7.3.1"]);
  expect(leafProblem(facts)).toMatchObject({ reason: "not-for-client-auth" });
});

describe("validity", () => {
  test("begins an hour back, and lasts the days that were asked for", async () => {
    const { pair } = await makeIssuer({ days: 90 });
    const { notBefore, notAfter } = factsOf(pair.certificate);
    expect(now.getTime() - notBefore).toBeGreaterThanOrEqual(59 * 60_000);
    expect(now.getTime() - notBefore).toBeLessThan(61 * 60_000);
    expect(notAfter - now.getTime()).toBeGreaterThanOrEqual(90 * DAY);
    expect(notAfter - now.getTime()).toBeLessThan(90 * DAY + 1000);
    expect(daysUntil(pair.notAfter, now)).toBe(90);
  });

  test("is written right beyond 2049, where X.509 changes its way to write dates", () => {
    const late = new Date("2049-12-31T00:00:00Z");
    expect(validFor(10, late).notAfter).toEqual(new Date("2050-01-10T00:00:00Z"));
  });

  test("beyond 2049 is read back as it was meant", async () => {
    const late = new Date("2049-12-01T00:00:00Z");
    const { certificate } = await issueIssuer({
      name: "late",
      keyType: "p256",
      days: 365,
      now: late,
    });
    expect(factsOf(certificate).notAfter).toBe(Date.parse("2050-12-01T00:00:00Z"));
  });
});

test("serial numbers are positive, 16 octets, and never the same", () => {
  const serials = Array.from({ length: 2000 }, makeSerialNumber);
  expect(serials.every((serial) => /^[4-7][0-9a-f]{31}$/.test(serial))).toBe(true);
  expect(new Set(serials).size).toBe(serials.length);
});

describe.skipIf(skipOpenssl)("to openssl", () => {
  test("the chain is good by its strictest rules, and only for pulling", async () => {
    const place = folder();
    const { pair, signer } = await makeIssuer();
    const [issuer, leaf] = [join(place, "issuer.pem"), join(place, "leaf.pem")];
    writeFileSync(issuer, pair.certificate);
    writeFileSync(leaf, (await issue(signer)).certificate);
    const at = String(now.getTime() / 1000).split(".")[0] ?? "";
    const verify = (purpose: string) =>
      openssl(
        "verify",
        "-x509_strict",
        "-attime",
        at,
        "-purpose",
        purpose,
        "-CAfile",
        issuer,
        leaf,
      );
    expect(verify("sslclient")).toMatchObject({ status: 0 });
    expect(verify("sslserver").status).not.toBe(0);
  });

  test("the extensions that must be critical are", async () => {
    const place = folder();
    const { signer } = await makeIssuer();
    writeFileSync(join(place, "leaf.pem"), (await issue(signer)).certificate);
    const { said } = openssl("x509", "-in", join(place, "leaf.pem"), "-noout", "-text");
    expect(said).toMatch(/Basic Constraints: critical\s+CA:FALSE/);
    expect(said).toMatch(/Key Usage: critical\s+Digital Signature\n/);
    expect(said).toMatch(/Extended Key Usage: \n\s+TLS Web Client Authentication\n/);
    expect(said).toMatch(/Subject Alternative Name: \n\s+DNS:shop\.example\.com\n/);
  });
});
