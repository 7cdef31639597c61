import { describe, expect, test } from "vitest";
import { derivePlan } from "../../../cli/plan/derive-plan.ts";
import type { HostPattern } from "../../../shared/hostname.ts";
import { outline } from "./world/outline.ts";
import {
  NEWS,
  rotation,
  kinds,
  problems,
  issuedWorld,
  accepting,
  sharedSituation,
} from "./support/situations.ts";

describe('"issued"', () => {
  test("keeps what is presented as long as it is valid", () => {
    expect(kinds(derivePlan(accepting(issuedWorld()), null))).toEqual([]);
  });

  test("rotates to the newest, and edits no mapping", () => {
    const state = issuedWorld();
    const made = outline("blog.example.com", state.now);
    state.certificates.set(made.fingerprint, made);
    state.atHand.add(made.fingerprint);
    const plan = derivePlan(accepting(state), rotation("blog.example.com" as HostPattern));
    expect(new Set(kinds(plan))).toEqual(
      new Set(["upload-account-certificate", "set-binding", "deploy-worker"]),
    );
  });
});

describe("Cloudflare's own certificate", () => {
  test("is switched on before a hostname's association goes", () => {
    const plan = derivePlan(
      sharedSituation((zone) => (zone.enabled = false)),
      null,
    );
    expect(kinds(plan)).toEqual(["enable-shared", "remove-association"]);
  });

  test("cannot be presented where the zone's level is on", () => {
    const plan = derivePlan(
      sharedSituation(() => undefined),
      null,
    );
    expect(kinds(plan)).toEqual([]);
    expect(problems(plan)).toContain("goes before it");
  });

  test("is not ours to rotate", () => {
    const plan = derivePlan(
      sharedSituation(() => undefined),
      rotation(NEWS),
    );
    expect(problems(plan)).toContain("which Cloudflare rotates");
  });
});
