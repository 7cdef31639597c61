import { describe, expect, test } from "vitest";
import { derivePlan } from "../../../cli/plan/derive-plan.ts";
import { describe as inWords, hindrances } from "../../../cli/plan/describe.ts";
import { phaseOf } from "../../../cli/plan/phase.ts";
import type { HostPattern } from "../../../shared/hostname.ts";
import { listFirst } from "./world/advance.ts";
import { createWorld } from "./world/create-world.ts";
import { acceptedIn, withCertificates } from "./world/mapping.ts";
import { situationOf } from "./world/observe.ts";
import { DAY, HOUR, outline } from "./world/outline.ts";
import {
  SHOP,
  NEWS,
  WIKI,
  rotation,
  kinds,
  problems,
  rewrite,
  retiringWorld,
} from "./support/situations.ts";

describe("a rotation", () => {
  test("is none where none is due, and begins where it is, or where it is told to", () => {
    const situation = situationOf(createWorld(true, false));
    expect(kinds(derivePlan(situation, rotation(SHOP)))).toEqual([]);
    const anew = derivePlan(situation, rotation(SHOP, { anew: true }));
    expect(kinds(anew)[0]).toBe("issue-certificate");
    expect(phaseOf(anew)).toBe("accept");
    const due = { ...situation, terms: { ...situation.terms, renewBefore: 300 * DAY } };
    expect(kinds(derivePlan(due, rotation(SHOP)))[0]).toBe("issue-certificate");
  });

  test("goes on to a newer certificate that lies at hand", () => {
    const state = createWorld(true, false);
    const made = outline(SHOP, state.now);
    state.certificates.set(made.fingerprint, made);
    state.atHand.add(made.fingerprint);
    const plan = derivePlan(situationOf(state), rotation(SHOP));
    expect(plan.lanes[0]?.changes[0]?.change).toEqual({
      kind: "add-to-mapping",
      hostnames: [SHOP, "till.example.com"],
      fingerprint: made.fingerprint,
    });
  });

  test("does not go to what somebody else has signed, or to what is not valid", () => {
    const state = createWorld(true, false);
    const foreign = { ...outline(SHOP, state.now), signedBy: [] };
    const early = outline(SHOP, state.now + DAY);
    for (const one of [foreign, early]) {
      state.certificates.set(one.fingerprint, one);
      state.atHand.add(one.fingerprint);
      const plan = derivePlan(situationOf(state), rotation(SHOP, { to: one.fingerprint }));
      expect(kinds(plan)).toEqual([]);
      expect(problems(plan)).not.toBe("");
    }
    expect(kinds(derivePlan(situationOf(state), rotation(SHOP)))).toEqual([]);
  });

  test("issues nothing for hostnames that present together and name different issuers", () => {
    const state = createWorld(true, false);
    rewrite(state, (text) => {
      const json = JSON.parse(text) as {
        issuers: Record<string, object>;
        hosts: Record<string, { accept: object }>;
      };
      json.issuers["other"] = { certificates: "pki/other.pem" };
      const docs = json.hosts["docs.example.org"];
      if (docs !== undefined) docs.accept = { ...docs.accept, issuer: "other" };
      return JSON.stringify(json);
    });
    const plan = derivePlan(situationOf(state), rotation(WIKI, { anew: true }));
    expect(kinds(plan)).toEqual([]);
    expect(problems(plan)).toMatch(/name different issuers \(own, other\)/);
    // What both vouch for, they may be given.
    const both = { ...outline(WIKI, state.now), signedBy: ["own", "other"] as never };
    state.certificates.set(both.fingerprint, both);
    state.atHand.add(both.fingerprint);
    expect(kinds(derivePlan(situationOf(state), rotation(WIKI, { to: both.fingerprint })))[0]).toBe(
      "add-to-mapping",
    );
  });

  test("first lists again what is presented, and was taken out by hand", () => {
    const state = createWorld(true, false);
    const [presented] = acceptedIn(state.mappings[0] ?? "", SHOP);
    listFirst(state, ["shop.example.com", "till.example.com"]);
    state.mappings.push(
      withCertificates(state.mappings.at(-1) ?? "", [SHOP, "till.example.com"], (all) =>
        all.slice(0, 1),
      ),
    );
    const plan = derivePlan(situationOf(state), rotation(SHOP));
    expect(plan.lanes[0]?.changes[0]?.change).toMatchObject({
      kind: "add-to-mapping",
      fingerprint: presented,
    });
  });

  test("lists the new one first only when it is accepted and lies in the store", () => {
    const state = createWorld(true, false);
    listFirst(state, ["shop.example.com", "till.example.com"]);
    const text = state.mappings.at(-1) ?? "";
    const reversed = withCertificates(text, [SHOP, "till.example.com"], (all) => all.toReversed());
    state.mappings.push(reversed);
    expect(kinds(derivePlan(situationOf(state), rotation(SHOP))).slice(0, 3)).toEqual([
      "wait-for-verifiers",
      "upload-account-certificate",
      "present-in-mapping",
    ]);
  });

  test("waits for a verifier that has restarted: what it does not remember, it does not say", () => {
    const { state } = retiringWorld();
    const [verifier] = state.verifiers;
    if (verifier !== undefined) verifier.watchingSince = state.now - HOUR;
    const [wait] = derivePlan(situationOf(state), rotation(NEWS)).lanes[0]?.changes ?? [];
    expect(wait?.change).toMatchObject({ kind: "wait-for-quiet", until: state.now + 23 * HOUR });
  });

  test("retires nothing that something deployed still names, under whatever binding", () => {
    const { state, old } = retiringWorld();
    state.account.set("old" as never, old);
    const [environment] = state.environments.values();
    const [version] = environment?.deployed.keys() ?? [];
    if (environment === undefined || version === undefined) throw new Error("nothing is deployed");
    const bindings = { ...version.bindings, PULL_CERT_BEFORE_IT_WAS_RENAMED: "old" as never };
    environment.deployed = new Map([[{ ...version, bindings }, 100]]);
    const plan = derivePlan(situationOf(state), rotation(NEWS));
    expect(kinds(plan)).toEqual(["wait-for-deployment"]);
    expect(plan.lanes[0]?.changes[0]?.why).toContain("still named by version");
  });

  test("says until when it waits, and who has seen the old one when", () => {
    const { state, old } = retiringWorld();
    state.verifiers[0]?.seen.set(NEWS, new Map([[old, state.now - 3 * HOUR]]));
    const plan = derivePlan(situationOf(state), rotation(NEWS));
    const [wait] = plan.lanes[0]?.changes ?? [];
    expect(phaseOf(plan)).toBe("retire");
    if (wait?.change.kind !== "wait-for-quiet") throw new Error(wait?.change.kind ?? "nothing");
    expect(wait.change.until).toBe(state.now + 21 * HOUR);
    expect(inWords(wait.change)).toContain("2026-11-22 21:00 UTC");
    expect(hindrances(wait.change)).toEqual(["https://one.example.net last saw it 3 h ago"]);
  });

  test("says how far a rollback reaches from then on", () => {
    const state = createWorld(true, false);
    const [old] = acceptedIn(state.mappings[0] ?? "", "blog.example.com");
    listFirst(state, ["blog.example.com"]);
    rewrite(state, (text) => text);
    const [made] = acceptedIn(state.mappings.at(-1) ?? "", "blog.example.com");
    if (old === undefined || made === undefined) throw new Error("nothing is listed");
    state.account.set("new" as never, made);
    for (const environment of state.environments.values()) {
      environment.configured["PULL_CERT_BLOG"] = "new" as never;
      const version = { id: "22222222-v", createdAt: 0, bindings: { ...environment.configured } };
      environment.versions.push(version);
      environment.deployed = new Map([[version, 100]]);
      environment.deployedAt = 0;
    }
    const plan = derivePlan(situationOf(state), rotation("blog.example.com" as HostPattern));
    const planned = plan.lanes[0]?.changes.find(
      ({ change }) => change.kind === "remove-from-mapping",
    );
    expect(planned?.change).toMatchObject({ fingerprint: old });
    expect(planned?.why).toMatch(
      /rolling pulls back to version .{8} \(2026-11-22 00:00 UTC\) or before/,
    );
  });
});
