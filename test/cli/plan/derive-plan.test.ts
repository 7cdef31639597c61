import { describe, expect, test } from "vitest";
import { derivePlan } from "../../../cli/plan/derive-plan.ts";
import { hindrances } from "../../../cli/plan/describe.ts";
import { createWorld } from "./world/create-world.ts";
import { acceptedIn, withCertificates } from "./world/mapping.ts";
import { situationOf } from "./world/observe.ts";
import { DAY, madeUpFingerprint, outline } from "./world/outline.ts";
import {
  SHOP,
  NEWS,
  WIKI,
  rotation,
  kinds,
  problems,
  rewrite,
  withObserved,
  unknown,
} from "./support/situations.ts";

describe("plans nothing on a guess", () => {
  test("where the account's store cannot be seen", () => {
    const plan = derivePlan(withObserved(createWorld(true, false), { account: unknown }), null);
    expect(kinds(plan)).toEqual([]);
    expect(problems(plan)).toContain("the account's store cannot be seen (403");
  });

  test("where no zone can be seen", () => {
    const plan = derivePlan(withObserved(createWorld(true, false), { zones: [unknown] }), null);
    expect(kinds(plan)).toEqual([]);
    expect(problems(plan)).toContain("its zone cannot be seen (403");
  });

  test("where the deployed versions cannot be seen, and retires nothing", () => {
    const state = createWorld(true, false);
    rewrite(state, (text) =>
      withCertificates(text, [NEWS], (all) => [...all, madeUpFingerprint()]),
    );
    const { workers } = situationOf(state).observed;
    const blind = workers.map((worker) => ({ ...worker, deployed: unknown }));
    const to = acceptedIn(state.mappings.at(-1) ?? "", NEWS)[0] ?? null;
    const plan = derivePlan(withObserved(state, { workers: blind }), rotation(NEWS, { to }));
    expect(kinds(plan)).toEqual([]);
    expect(problems(plan)).toContain("cannot be retired");
  });

  test("where nobody can tell which of the listed certificates is the next", () => {
    const state = createWorld(true, false);
    rewrite(state, (text) =>
      withCertificates(text, [NEWS], (all) => [...all, madeUpFingerprint()]),
    );
    const plan = derivePlan(situationOf(state), rotation(NEWS));
    expect(kinds(plan)).toEqual([]);
    expect(problems(plan)).toContain("which of the certificates is the next cannot be told");
  });
});

describe("presents nothing that would be refused", () => {
  test("with no verifier named, unless the operator says that it is accepted", () => {
    const state = createWorld(false, false);
    const asked = withObserved(state, { verifiers: [] });
    const [first] = derivePlan(asked, null).lanes[0]?.changes ?? [];
    expect(first?.change).toMatchObject({ kind: "wait-for-verifiers", verifiers: [] });
    expect(first === undefined ? "" : hindrances(first.change).join()).toContain(
      "--assume-accepted",
    );
    const said = { ...asked, terms: { ...asked.terms, assumeAccepted: true } };
    expect(kinds(derivePlan(said, null))).not.toContain("wait-for-verifiers");
  });

  test("a certificate that has expired", () => {
    const state = createWorld(true, false);
    state.now += 300 * DAY;
    expect(problems(derivePlan(situationOf(state), null))).toContain("expired");
  });

  test("at the edge in an SSL mode in which every pull is plain http", () => {
    const state = createWorld(true, false);
    const [zone] = situationOf(state).observed.zones;
    if (zone?.known !== true) throw new Error("no zone");
    const flexible = {
      known: true,
      value: { ...zone.value, ssl: { known: true, value: "flexible" } },
    };
    const plan = derivePlan(withObserved(state, { zones: [flexible] }), null);
    expect(problems(plan)).toContain("carries no certificate");
  });

  test("beside a certificate of a zone that the mapping does not know", () => {
    const state = createWorld(true, false);
    const other = { ...outline("wiki.example.org", 0), signedBy: [] };
    state.certificates.set(other.fingerprint, other);
    const held = { fingerprint: other.fingerprint, status: "active", settlesAt: 0 } as const;
    state.zone.zoneCertificates.push({ id: "b" as never, ...held });
    expect(problems(derivePlan(situationOf(state), null))).toContain("the mapping does not know");
  });

  test("as an eleventh certificate of a zone's hostnames", () => {
    const state = createWorld(false, false);
    for (let number = 0; number < 10; number += 1) {
      const fingerprint = madeUpFingerprint();
      const held = { fingerprint, status: "active", settlesAt: 0 } as const;
      state.zone.hostnameCertificates.push({ id: String(number) as never, ...held });
    }
    expect(problems(derivePlan(situationOf(state), null))).toContain("Cloudflare's limit");
  });
});

describe("a store that is shared with others", () => {
  test("keeps what is not this mapping's own, or newer than what is presented", () => {
    const state = createWorld(true, false);
    const foreign = { ...outline(SHOP, state.now - 300 * DAY), signedBy: [] };
    const elsewhere = outline("elsewhere.example.com", state.now - 300 * DAY);
    const newer = outline(SHOP, state.now);
    const old = outline(SHOP, state.now - 300 * DAY);
    for (const one of [foreign, elsewhere, newer, old]) {
      state.certificates.set(one.fingerprint, one);
      state.account.set(one.fingerprint as never, one.fingerprint);
    }
    const plan = derivePlan(situationOf(state), null);
    expect(plan.lanes.flatMap(({ changes }) => changes.map(({ change }) => change))).toMatchObject([
      { kind: "delete-account-certificate", fingerprint: old.fingerprint },
    ]);
  });
});

describe("a certificate that is not listed any more", () => {
  test.each(["configured", "deployed"])("stays in the store while it is %s somewhere", (where) => {
    const state = createWorld(true, false);
    const old = outline(SHOP, state.now - 300 * DAY);
    state.certificates.set(old.fingerprint, old);
    state.account.set("old" as never, old.fingerprint);
    const [environment] = state.environments.values();
    const [version] = environment?.deployed.keys() ?? [];
    if (environment === undefined || version === undefined) throw new Error("nothing is deployed");
    expect(kinds(derivePlan(situationOf(state), null))).toEqual(["delete-account-certificate"]);
    if (where === "configured") environment.configured["ANOTHER"] = "old" as never;
    else {
      const bindings = { ...version.bindings, ANOTHER: "old" as never };
      environment.deployed = new Map([[{ ...version, bindings }, 100]]);
    }
    expect(kinds(derivePlan(situationOf(state), null))).toEqual([]);
  });
});

describe("a zone's level", () => {
  test("is waited for by whoever would fall to it", () => {
    const state = createWorld(false, false);
    const plan = derivePlan(situationOf(state), null);
    const lane = plan.lanes.find(({ hostnames }) => hostnames.includes(WIKI));
    expect(lane?.changes[0]?.change).toMatchObject({
      kind: "wait-for-verifiers",
      hostnames: [WIKI, "docs.example.org", NEWS],
    });
  });
});

describe("an association that is switched off", () => {
  test("is said to be, and is set: false is no step on any way", () => {
    const state = createWorld(true, false);
    const [zone] = situationOf(state).observed.zones;
    if (zone?.known !== true || !zone.value.hostnameLevel.known) throw new Error("no zone");
    const { certificates, associations } = zone.value.hostnameLevel.value;
    const off = associations.map((one) => ({ ...one, enabled: false }));
    const hostnameLevel = { known: true, value: { certificates, associations: off } };
    const plan = derivePlan(
      withObserved(state, { zones: [{ known: true, value: { ...zone.value, hostnameLevel } }] }),
      null,
    );
    expect(kinds(plan)).toEqual(["associate-hostname"]);
    expect(plan.lanes[0]?.changes[0]?.why).toContain("carries no certificate at all");
  });
});
