import { describe, expect, it, vi } from "vitest";
import { forbiddenTo, signaturesBeyond } from "../../../origin-verifier/listener/forbidden.ts";
import { listenerTlsOptions } from "../../../origin-verifier/listener/tls-options.ts";
import {
  hasGroup,
  hasHandshakeSignature,
  profileProblems,
} from "../../../origin-verifier/profile/engine.ts";
import { PROFILES, type Profile } from "../../../origin-verifier/profile/profile.ts";

/** As Node 22 says of itself, whose OpenSSL is the same. */
function onNode22<T>(run: () => T): T {
  const { versions } = process;
  vi.spyOn(process, "versions", "get").mockReturnValue({ ...versions, node: "22.23.3" });
  try {
    return run();
  } finally {
    vi.restoreAllMocks();
  }
}

describe("what the engine below has", () => {
  it("is tried, and what it does not know it has not", () => {
    expect(hasGroup("X25519MLKEM768")).toBe(true);
    expect(hasGroup("X25519MLKEM769")).toBe(false);
    expect(hasHandshakeSignature("mldsa65")).toBe(true);
    expect(hasHandshakeSignature("mldsa66")).toBe(false);
  });

  it("keeps post-quantum from starting where Node cannot tell what the keys are, and nothing else", () => {
    for (const profile of PROFILES) expect(profileProblems(profile)).toEqual([]);
    onNode22(() => {
      expect(hasHandshakeSignature("mldsa65")).toBe(false);
      expect(listenerTlsOptions("standard").sigalgs).not.toContain("mldsa");
      for (const profile of ["standard", "modern", "fips-approved"] as const)
        expect(profileProblems(profile)).toEqual([]);
      expect(profileProblems("post-quantum")).toEqual([
        expect.stringMatching(/mldsa44, mldsa65, mldsa87, which Node 22\.23\.3 .*Node 24\.21/),
      ]);
    });
  });
});

function findings(profile: Profile): readonly string[] {
  return forbiddenTo(profile).map(([finding]) => finding);
}

describe("the trial of a listener", () => {
  it("tells the signatures of a profile from all others, by the engine's names for them", () => {
    const neither = ["ECDSA+SHA1", "something+new"];
    expect(signaturesBeyond("standard", ["ECDSA+SHA256", ...neither])).toEqual(neither);
    expect(signaturesBeyond("post-quantum", ["id-ml-dsa-65+UNDEF", "ECDSA+SHA256"])).toEqual([
      "ECDSA+SHA256",
    ]);
    expect(signaturesBeyond("fips-approved", ["Ed25519+UNDEF", "RSA+SHA256"])).toEqual([
      "Ed25519+UNDEF",
    ]);
  });

  it("tries what stands next to each profile", () => {
    expect(findings("standard")).toHaveLength(2);
    expect(findings("modern")).toContain("it speaks TLS before version 1.3");
    expect(findings("fips-approved")).toEqual(
      expect.arrayContaining(["it takes ChaCha20-Poly1305", "it takes X25519"]),
    );
    expect(findings("post-quantum")).toEqual(
      expect.arrayContaining([
        "it speaks TLS before version 1.3",
        "it takes X25519",
        "it takes P-256",
      ]),
    );
  });
});
