import { describe, expect, test } from "vitest";
import { hasMlDsa } from "../../../cli/certificates/ml-dsa.ts";
import { lint } from "../../../cli/lint/lint.ts";
import type { LintFinding } from "../../../cli/lint/lint-finding.ts";
import { PROFILES, type Profile } from "../../../origin-verifier/profile/profile.ts";
import { mintCa, mintLeaf, type Minted } from "../../support/certificates.ts";
import { keysOf, pss, type KeyKind } from "../../support/keys.ts";
import { skipUnless } from "../../support/loud-skip.ts";

const ca = mintCa({});
const rsaCa = mintCa({ keys: keysOf("rsa-2048") });
const skip = skipUnless(hasMlDsa(), "a Node that knows ML-DSA (24.21 and later)", false);

function found({ pem }: Minted, profile?: Profile): readonly LintFinding[] {
  return lint({
    certificate: { file: "shop.pem", text: pem, mode: 0o644 },
    key: null,
    level: "hostname",
    hostname: null,
    now: Date.now(),
    ...(profile === undefined ? {} : { profile }),
  }).findings.filter(({ rule }) => rule === "profile");
}

/** The profiles in which the linter finds something. */
function outsideOf(minted: Minted): readonly Profile[] {
  return PROFILES.filter((profile) => found(minted, profile).length > 0);
}

const withKey = (kind: KeyKind, by = ca): Minted =>
  mintLeaf(by, { keys: keysOf(kind), names: ["shop.example.com"] });

describe("a pull certificate is outside of a profile", () => {
  test.each<[string, Minted, readonly Profile[]]>([
    ["with a P-256 key, of what takes ML-DSA alone", withKey("prime256v1"), ["post-quantum"]],
    ["with an RSA key", withKey("rsa-2048"), ["post-quantum"]],
    ["with an Ed25519 key", withKey("ed25519"), ["fips-approved", "post-quantum"]],
    [
      "with an RSA key of exponent 3",
      withKey("rsa-2048-exponent-3"),
      ["fips-approved", "post-quantum"],
    ],
    [
      "with a salt longer than its hash",
      mintLeaf(rsaCa, { signature: pss("sha256", 64) }),
      ["fips-approved", "post-quantum"],
    ],
    [
      "with a salt as long as its hash, of none but that",
      mintLeaf(rsaCa, { signature: pss("sha256", 32) }),
      ["post-quantum"],
    ],
  ])("%s", (_what, minted, profiles) => {
    expect(outsideOf(minted)).toEqual(profiles);
  });

  test("and each finding is a problem, with what would come of it and what to do", () => {
    const findings = found(withKey("prime256v1"), "post-quantum");
    expect(findings.map(({ severity }) => severity)).toEqual(["problem", "problem"]);
    const [key, signature] = findings;
    expect(key?.message).toMatch(/^has a key of EC P-256: the profile post-quantum takes ML-DSA/);
    expect(key?.otherwise).toContain("outside-profile");
    expect(key?.next).toMatch(/^pullproof issue shop\.example\.com --key-type ml-dsa-65/);
    expect(signature?.message).toMatch(/^is signed with ECDSA: /);
    expect(signature?.next).toContain("--new-issuer");
    const [salt] = found(mintLeaf(rsaCa, { signature: pss("sha256", 64) }), "fips-approved");
    expect(salt?.next).toContain("a salt as long as the hash");
  });

  test("and of standard nothing is, also where no profile was named", () => {
    for (const kind of ["prime256v1", "ed25519", "rsa-2048-exponent-3"] as const)
      expect(found(withKey(kind))).toEqual([]);
  });

  test("and what no profile takes is said once, as weak", () => {
    expect(outsideOf(withKey("rsa-1024"))).toEqual(["post-quantum"]); // its signature alone
    expect(found(withKey("rsa-1024"), "post-quantum").map(({ message }) => message)).toEqual([
      expect.stringMatching(/^is signed with ECDSA/),
    ]);
  });
});

test.skipIf(skip)("ML-DSA is outside of fips-approved alone, by key and by signature", () => {
  const quantumCa = mintCa({ keys: keysOf("ml-dsa-44") });
  const leaf = withKey("ml-dsa-87", quantumCa);
  expect(outsideOf(leaf)).toEqual(["fips-approved"]);
  expect(found(leaf, "fips-approved")).toHaveLength(2);
  // One of the two is enough for nobody to be protected.
  expect(outsideOf(withKey("ml-dsa-65"))).toEqual(["fips-approved", "post-quantum"]);
});

test.skipIf(skip)("a Worker's binding is not offered what an ML-DSA key has signed", () => {
  const leaf = withKey("prime256v1", mintCa({ keys: keysOf("ml-dsa-44") }));
  const ask = (level: "store" | "zone"): readonly string[] =>
    lint({
      certificate: { file: "shop.pem", text: leaf.pem, mode: 0o644 },
      key: null,
      level,
      hostname: null,
      now: Date.now(),
    })
      .findings.filter(({ severity }) => severity === "problem")
      .map(({ message }) => message);
  expect(ask("store")).toEqual([expect.stringMatching(/^is signed with ML-DSA-44, which/)]);
  expect(ask("zone")).toEqual([]);
});
