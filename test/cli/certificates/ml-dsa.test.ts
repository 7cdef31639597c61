import { createPrivateKey, X509Certificate } from "node:crypto";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { signerOf } from "../../../cli/certificates/certificate-and-key.ts";
import { issueIssuer } from "../../../cli/certificates/issue-issuer.ts";
import { issuePullCertificate } from "../../../cli/certificates/issue-leaf.ts";
import { hasMlDsa, isSeedOnly, ML_DSA } from "../../../cli/certificates/ml-dsa.ts";
import { keyFileFindings } from "../../../cli/lint/key-file.ts";
import { lint } from "../../../cli/lint/lint.ts";
import { readCertificateFacts } from "../../../origin-verifier/certificate/certificate-facts.ts";
import { readPemBlocks, toPem } from "../../../origin-verifier/certificate/pem-blocks.ts";
import { vetIssuer } from "../../../origin-verifier/certificate/vet-issuer.ts";
import { outsideProfile } from "../../../origin-verifier/profile/outside-profile.ts";
import { parseHostname } from "../../../shared/hostname.ts";
import { skipUnless } from "../../support/loud-skip.ts";
import { runIn } from "../support/run-pullproof.ts";
import { useTemporaryFolders } from "../support/temporary-folder.ts";
import {
  attempt,
  BLOG,
  pki,
  plainMapping,
  SHOP,
  startVerifierWorld,
  statusOf,
} from "../../support/verifier-world.ts";

const newFolder = useTemporaryFolders();
const skip = skipUnless(hasMlDsa(), "a Node that knows ML-DSA (24.21 and later)", false);
const GET = (host: string): string =>
  `GET / HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`;

async function issue(keyType: (typeof ML_DSA)[number]) {
  const hostname = parseHostname("shop.example.com");
  if (hostname === null) throw new Error("no hostname");
  const signer = signerOf((await pki()).issuer);
  return await issuePullCertificate({ hostname, signer, keyType, days: 10, now: new Date() });
}

function derOf(pem: string): Buffer {
  const blocks = readPemBlocks(pem);
  if (!blocks.ok) throw new Error(blocks.problems[0].message);
  return blocks.value[0].der;
}

describe.skipIf(skip).each(ML_DSA)("%s", (keyType) => {
  test("pulls through both locks of the verifier, in TLS 1.3 alone, and only as its own hostname", async () => {
    const made = await issue(keyType);
    const world = await startVerifierWorld({
      mapping: (keys) => {
        const mapping = plainMapping(keys);
        const accept = { issuer: "own", certificates: [made.fingerprint] };
        Object.assign(mapping.hosts["shop.example.com"] ?? {}, { accept });
        return mapping;
      },
    });
    try {
      expect(statusOf(await attempt(world, made, {}, GET(SHOP)))).toBe(200);
      expect(statusOf(await attempt(world, made, { servername: BLOG }, GET(BLOG)))).toBe(403);
      expect(await attempt(world, made, { maxVersion: "TLSv1.2" }, GET(SHOP))).toBe("");
    } finally {
      await world.close();
    }
  });

  test("signs as an issuer, which the verifier takes in the profile post-quantum too", async () => {
    const how = { days: 10, now: new Date() };
    const issuer = await issueIssuer({ name: "own", keyType, ...how });
    expect(isSeedOnly(derOf(issuer.key))).toBe(true);
    const text = issuer.certificate;
    const vetted = vetIssuer({ file: "a.pem", text, now: Date.now(), profile: "post-quantum" });
    expect(vetted).toMatchObject({ ok: true });
    const hostname = parseHostname("shop.example.com");
    if (hostname === null) throw new Error("no hostname");
    // Of every kind of key: the signature is the issuer's.
    for (const leafType of [keyType, "p256"] as const) {
      const signer = signerOf(issuer);
      const leaf = await issuePullCertificate({ hostname, signer, keyType: leafType, ...how });
      const read = new X509Certificate(leaf.certificate);
      expect(read.verify(new X509Certificate(text).publicKey)).toBe(true);
      const facts = readCertificateFacts(read);
      if ("unreadable" in facts) throw new Error(facts.unreadable);
      expect(facts.signature?.kind).toBe(keyType.toUpperCase());
      expect(outsideProfile(facts, "post-quantum") === null).toBe(leafType === keyType);
    }
  });

  test("has its key written as the seed alone, which the engine reads as the same key", async () => {
    const { key, certificate } = await issue(keyType);
    expect(isSeedOnly(derOf(key))).toBe(true);
    expect(derOf(key)).toHaveLength(54);
    const seed = derOf(key);
    expect(createPrivateKey(key).asymmetricKeyType).toBe(keyType);
    // As OpenSSL 3.5 writes it by itself: the seed, and everything that follows from it.
    const both = Buffer.concat([
      Buffer.from("30820a3e020100300b", "hex"),
      seed.subarray(7, 18),
      Buffer.from("04820a2a30820a260420", "hex"),
      seed.subarray(22),
      Buffer.alloc(2564),
    ]);
    expect(isSeedOnly(both)).toBe(false);
    const written = readPemBlocks(toPem("PRIVATE KEY", both));
    expect(written.ok && keyFileFindings(written.value, "a.key", 0o600)).toHaveLength(1);
    const files = {
      certificate: { file: "a.pem", text: certificate, mode: 0o644 },
      hostname: null,
      now: Date.now(),
    };
    const ask = (text: string, level: "hostname" | "store"): readonly string[] =>
      lint({ ...files, key: { file: "a.key", text, mode: 0o600 }, level })
        .findings.filter(({ severity }) => severity === "problem")
        .map(({ file }) => file);
    expect(ask(key, "hostname")).toEqual([]);
    expect(ask(key, "store")).toEqual(["a.pem"]);
  });
});

test("a key of another kind is not told that it lacks a seed", async () => {
  const { issuer } = await pki();
  const blocks = readPemBlocks(issuer.key);
  expect(blocks.ok && keyFileFindings(blocks.value, "a.key", 0o600)).toEqual([]);
});

// None on a Node that makes them: nothing is missing there, so nothing is skipped.
test.each(hasMlDsa() ? [] : ["ml-dsa-65"])(
  "where this Node makes no %s, that is said, with what to do, and nothing is written",
  async (keyType) => {
    const folder = newFolder();
    const issuer = await runIn(folder, "issue", "--new-issuer", "Own", "--key-type", keyType);
    expect(issuer).toMatchObject({ status: 1, stdout: "" });
    expect(issuer.stderr).toContain('pullproof issue --new-issuer "Own" --key-type p256');
    expect(readdirSync(folder)).toEqual([]);
    await runIn(folder, "issue", "--new-issuer", "Own pulls");
    const { status, stdout, stderr } = await runIn(
      folder,
      "issue",
      "shop.example.com",
      "--key-type",
      "ml-dsa-65",
    );
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(stderr).toContain("makes no ml-dsa-65 keys");
    expect(stderr).toContain("next: run it by Node 24.21 or later");
    expect(readdirSync(join(folder, "pki"))).toEqual(["issuer.key", "issuer.pem"]);
  },
);
