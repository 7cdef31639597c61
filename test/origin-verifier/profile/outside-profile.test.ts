import { describe, expect, it } from "vitest";
import {
  readCertificateFacts,
  type CertificateFacts,
} from "../../../origin-verifier/certificate/certificate-facts.ts";
import { findChain } from "../../../origin-verifier/certificate/find-chain.ts";
import { readCrls } from "../../../origin-verifier/certificate/read-crl.ts";
import { vetIssuer } from "../../../origin-verifier/certificate/vet-issuer.ts";
import { vetIssuerFile } from "../../../origin-verifier/certificate/vet-issuer-file.ts";
import { outsideProfile } from "../../../origin-verifier/profile/outside-profile.ts";
import { PROFILES, type Profile } from "../../../origin-verifier/profile/profile.ts";
import { mintCa, mintLeaf, type Minted } from "../../support/certificates.ts";
import { mintCrl } from "../../support/crls.ts";
import { freshKeys, keysOf, pss, SIGNATURES, type KeyKind } from "../../support/keys.ts";

const now = Date.now();
const KINDS = [
  "rsa-2048",
  "prime256v1",
  "ed25519",
  "ml-dsa-44",
  "ml-dsa-65",
  "ml-dsa-87",
] as const satisfies readonly KeyKind[];
const cas = new Map(KINDS.map((kind) => [kind, mintCa({ subject: kind, keys: freshKeys(kind) })]));
const TAKES: Readonly<Record<Profile, readonly string[]>> = {
  standard: KINDS,
  modern: KINDS,
  "fips-approved": ["rsa-2048", "prime256v1"],
  "post-quantum": ["ml-dsa-44", "ml-dsa-65", "ml-dsa-87"],
};

function caOf(kind: (typeof KINDS)[number]): Minted {
  const ca = cas.get(kind);
  if (ca === undefined) throw new Error(kind);
  return ca;
}

function factsOf({ der }: Minted): CertificateFacts {
  const facts = readCertificateFacts(der);
  if ("unreadable" in facts) throw new Error(facts.unreadable);
  return facts;
}

const leaves = KINDS.flatMap((by) =>
  KINDS.map((kind) => ({ by, kind, facts: factsOf(mintLeaf(caOf(by), { keys: keysOf(kind) })) })),
);

function outside(leaf: Minted, profile: Profile): string | null {
  return outsideProfile(factsOf(leaf), profile);
}

describe.each(PROFILES)("%s", (profile) => {
  it("takes a certificate by its key and by what signed it, each by itself", () => {
    for (const { by, kind, facts } of leaves) {
      const isTaken = [by, kind].every((one) => TAKES[profile].includes(one));
      expect([by, kind, outsideProfile(facts, profile) === null]).toEqual([by, kind, isTaken]);
    }
  });

  it("takes an issuer, and a revocation list, by the same", () => {
    for (const kind of KINDS) {
      const { pem } = caOf(kind);
      const vetted = vetIssuer({ file: "f", text: pem, now, profile });
      expect([kind, vetted.ok]).toEqual([kind, TAKES[profile].includes(kind)]);
      const issuer = vetIssuer({ file: "f", text: pem, now });
      if (!issuer.ok) throw new Error(kind);
      const list = { file: "f", text: mintCrl(caOf(kind)), issuer: issuer.value, now };
      expect([kind, readCrls({ ...list, profile }).ok]).toEqual([
        kind,
        TAKES[profile].includes(kind),
      ]);
    }
  });
});

describe("fips-approved", () => {
  const rsa = caOf("rsa-2048");
  const ec = caOf("prime256v1");

  it("takes an RSA key from the exponent 65537 on", () => {
    const small = mintLeaf(ec, { keys: keysOf("rsa-2048-exponent-3") });
    expect(outside(small, "fips-approved")).toMatch(/exponent 3/);
    expect(outside(small, "standard")).toBeNull();
    expect(outside(mintLeaf(ec, { keys: keysOf("rsa-2048") }), "fips-approved")).toBeNull();
  });

  it("takes RSASSA-PSS with a salt as long as its hash, and with no longer one", () => {
    for (const [hash, size] of [
      ["sha256", 32],
      ["sha384", 48],
      ["sha512", 64],
    ] as const) {
      const salted = (length: number) => mintLeaf(rsa, { signature: pss(hash, length) });
      expect(outside(salted(size), "fips-approved")).toBeNull();
      expect(outside(salted(size + 1), "fips-approved")).toMatch(/salt/);
      expect(outside(salted(size + 1), "standard")).toBeNull();
    }
  });

  it("holds a root to what it signed for itself with, which the others do not look at", () => {
    const root = mintCa({ keys: freshKeys(), signature: SIGNATURES.ecdsaSha1 });
    expect(vetIssuer({ file: "f", text: root.pem, now, profile: "fips-approved" }).ok).toBe(false);
    expect(vetIssuer({ file: "f", text: root.pem, now, profile: "modern" }).ok).toBe(true);
  });

  it("takes no shared issuer, whatever is in its file", () => {
    const text = caOf("prime256v1").pem;
    for (const profile of ["fips-approved", "post-quantum"] as const) {
      const vetted = vetIssuerFile({ file: "f", text, now, shared: true, profile });
      expect(vetted).toMatchObject({
        problems: [{ message: expect.stringMatching(/pull with a certificate of your own/) }],
      });
    }
  });
});

it("a chain of ML-DSA is found by our own check, and another's signature of the same name is not", () => {
  for (const kind of ["ml-dsa-44", "ml-dsa-65", "ml-dsa-87"] as const) {
    const ca = caOf(kind);
    const issuer = vetIssuer({ file: "f", text: ca.pem, now });
    if (!issuer.ok) throw new Error(kind);
    const chained = (leaf: Minted): boolean => {
      const read = { certificate: leaf.certificate, facts: factsOf(leaf) };
      return findChain(read, issuer.value, now).ok;
    };
    expect(chained(mintLeaf(ca))).toBe(true);
    const forger = mintCa({ subject: ca.subject, keys: freshKeys(kind) });
    expect(chained(mintLeaf(forger))).toBe(false);
  }
});
