import { describe, expect, test, vi } from "vitest";
import type { SHARED_ISSUER } from "../../../origin-verifier/certificate/shared-issuer.ts";
import { vetIssuerFile } from "../../../origin-verifier/certificate/vet-issuer-file.ts";
import { mintCa, type Minted } from "../../support/certificates.ts";

const known = vi.hoisted(() => ({ fingerprint: "" }));
vi.mock("../../../origin-verifier/certificate/shared-issuer.ts", () => ({
  get SHARED_ISSUER() {
    return known.fingerprint;
  },
}));

const cloudflare = mintCa({ subject: "made-up shared CA" });
const own = mintCa({ subject: "own" });
known.fingerprint = cloudflare.fingerprint;

const now = Date.now();
const vet = (shared: boolean, ...minted: readonly Minted[]) =>
  vetIssuerFile({ file: "f.pem", text: minted.map(({ pem }) => pem).join(""), now, shared });
const pathsOf = (shared: boolean, ...minted: readonly Minted[]): readonly string[] => {
  const vetted = vet(shared, ...minted);
  return vetted.ok ? [] : vetted.problems.map(({ path }) => path);
};

describe("a shared issuer's file", () => {
  test("with another CA is refused, and so is one with another beside the known", () => {
    expect(pathsOf(true, own)).toEqual(["certificates[0]"]);
    expect(pathsOf(true, cloudflare, own)).toEqual(["certificates[1]"]);
    expect(pathsOf(true, own, cloudflare)).toEqual(["certificates[0]"]);
  });

  test("with another CA of the same name and key is refused: the certificate is known, not its name", () => {
    const { keys, subject } = cloudflare;
    expect(pathsOf(true, mintCa({ keys, subject }))).toEqual(["certificates[0]"]);
  });

  test("with no certificate is refused", () => {
    expect(vetIssuerFile({ file: "f.pem", text: "", now, shared: true }).ok).toBe(false);
  });

  test("keeps the rules of a CA too: an expired one is refused though it is known", () => {
    const expired = mintCa({ notBefore: now - 2_000, notAfter: now - 1_000 });
    known.fingerprint = expired.fingerprint;
    expect(vet(true, expired).ok).toBe(false);
    known.fingerprint = cloudflare.fingerprint;
  });

  test("with the known CA alone is what it has to be", () => {
    expect(vet(true, cloudflare).ok).toBe(true);
  });
});

describe("an issuer of one's own", () => {
  test("is never the shared CA, alone or beside others: nobody would be warned of it", () => {
    expect(pathsOf(false, cloudflare)).toEqual(["certificates[0]"]);
    expect(pathsOf(false, own, cloudflare)).toEqual(["certificates[1]"]);
  });

  test("is any other CA", () => {
    expect(vet(false, own).ok).toBe(true);
  });
});

test("the known fingerprint is the one that is published", async () => {
  const { SHARED_ISSUER: real } = await vi.importActual<{ SHARED_ISSUER: typeof SHARED_ISSUER }>(
    "../../../origin-verifier/certificate/shared-issuer.ts",
  );
  const published =
    "9A:1A:C2:B4:BE:15:F9:F2:7E:EE:20:A7:34:CB:A4:E9:89:8F:61:00:1B:3B:D7:C8:4B:69:B5:6A:3E:25:A2:B9";
  expect(real).toBe(`sha256:${published.replaceAll(":", "").toLowerCase()}`);
});
