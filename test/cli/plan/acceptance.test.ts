import { describe, expect, test } from "vitest";
import { untilAccepted, untilNotAccepted } from "../../../cli/plan/acceptance.ts";
import { hindrances } from "../../../cli/plan/describe.ts";
import type { Situation } from "../../../cli/plan/situation.ts";
import type { VerifierStatus } from "../../../cli/observe/observed.ts";
import type { Hostname } from "../../../shared/hostname.ts";
import { createWorld } from "./world/create-world.ts";
import { acceptedIn, entryOf } from "./world/mapping.ts";
import { situationOf } from "./world/observe.ts";
import { madeUpFingerprint } from "./world/outline.ts";

const NEWS = "news.example.org";
const state = createWorld(true, false);
const text = state.mappings[0] ?? "";
const entry = entryOf(text, NEWS);
const [listed = madeUpFingerprint()] = acceptedIn(text, NEWS);

/** Why it is waited for, verifier by verifier; empty: it is not. */
function whys(situation: Situation, fingerprint = listed): readonly string[] {
  return untilAccepted(situation, [entry], fingerprint).flatMap(({ change }) => hindrances(change));
}

/** The situation with another status of one of the two verifiers: the first serves the hostname, the second another's. */
function withStatus(index: number, change: Partial<VerifierStatus> | null): Situation {
  const situation = situationOf(state);
  const verifiers = situation.observed.verifiers.map((one, at) => {
    if (at !== index || !one.status.known) return one;
    const status =
      change === null
        ? ({ known: false, why: "it cannot be reached (ECONNREFUSED)" } as const)
        : { known: true as const, value: { ...one.status.value, ...change } };
    return { ...one, status };
  });
  return { ...situation, observed: { ...situation.observed, verifiers } };
}

describe("what every verifier accepts", () => {
  test("is not waited for", () => {
    expect(whys(situationOf(state))).toEqual([]);
  });
});

describe("is waited for", () => {
  test("what one of them does not list", () => {
    expect(whys(situationOf(state), madeUpFingerprint())[0]).toBe(
      "https://one.example.net does not accept it yet",
    );
  });

  test.each([[0], [1]])("a verifier that does not answer: number %i", (index) => {
    expect(whys(withStatus(index, null))[0]).toContain("does not answer (it cannot be reached");
  });

  test("a verifier without the hostname that has another mapping: it may not have heard of it", () => {
    expect(whys(withStatus(1, { mappingDigest: "f".repeat(64) }))[0]).toContain(
      "has another mapping, without news.example.org",
    );
  });

  test("a verifier of each origin, and names the one that has none", () => {
    const [origin] = entry.origins;
    const second = { ...origin, hostname: "origin-b.example.net" as Hostname };
    const two = { ...entry, origins: [origin, second] as const };
    const changes = untilAccepted(situationOf(state), [two], listed);
    expect(changes.flatMap(({ change }) => hindrances(change))[0]).toBe(
      "no verifier that was named serves news.example.org at origin-b.example.net",
    );
    expect(untilAccepted(situationOf(state), [entry], listed)).toEqual([]);
  });

  test("somebody who serves the hostname at all", () => {
    const nobody = withStatus(0, { hostnames: {} });
    expect(whys(nobody)[0]).toBe("no verifier that was named serves news.example.org");
  });

  test("a verifier whose last reload failed, with the reason", () => {
    const failed = withStatus(0, { reloadFailure: "issuer.pem: is it cut?" });
    expect(whys(failed, madeUpFingerprint())[0]).toContain("its last reload failed: issuer.pem");
  });

  test("a verifier that takes whatever the issuer signs, where the mapping lists", () => {
    const hostnames = { [NEWS]: { originHostnames: [NEWS], accepts: { names: [NEWS] }, seen: [] } };
    expect(whys(withStatus(0, { hostnames }))[0]).toContain("does not accept it yet");
  });
});

describe("what the mapping no longer lists", () => {
  test("is waited for until no verifier accepts it, and a silent one counts as accepting", () => {
    expect(untilNotAccepted(situationOf(state), [entry], listed).length).toBe(1);
    expect(untilNotAccepted(situationOf(state), [entry], madeUpFingerprint())).toEqual([]);
    expect(untilNotAccepted(withStatus(0, null), [entry], madeUpFingerprint()).length).toBe(1);
  });
});
