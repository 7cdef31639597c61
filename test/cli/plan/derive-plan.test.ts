import { describe, expect, test } from "vitest";
import type { Change } from "../../../cli/plan/change.ts";
import { derivePlan } from "../../../cli/plan/derive-plan.ts";
import { describe as inWords, hindrances } from "../../../cli/plan/describe.ts";
import { phaseOf } from "../../../cli/plan/phase.ts";
import type { Plan } from "../../../cli/plan/plan.ts";
import type { Rotation, Situation } from "../../../cli/plan/situation.ts";
import type { Fingerprint } from "../../../shared/fingerprint.ts";
import type { HostPattern } from "../../../shared/hostname.ts";
import { listFirst } from "./world/advance.ts";
import { createWorld } from "./world/create-world.ts";
import { acceptedIn, digestOf, mappingOf, withCertificates } from "./world/mapping.ts";
import { situationOf } from "./world/observe.ts";
import { DAY, HOUR, madeUpFingerprint, outline } from "./world/outline.ts";
import type { State } from "./world/state.ts";

const SHOP = "shop.example.com" as HostPattern;
const NEWS = "news.example.org" as HostPattern;
const WIKI = "wiki.example.org" as HostPattern;

const rotation = (hostname: HostPattern, change: Partial<Rotation> = {}): Rotation => ({
  hostname,
  to: null,
  anew: false,
  ...change,
});

function kinds(plan: Plan): readonly Change["kind"][] {
  return plan.lanes.flatMap(({ changes }) => changes.map(({ change }) => change.kind));
}

function problems(plan: Plan): string {
  return plan.lanes.flatMap((lane) => lane.problems.map(({ message }) => message)).join("; ");
}

/** Another text of the mapping, which every verifier has loaded. */
function rewrite(state: State, change: (text: string) => string): void {
  state.mappings.push(change(state.mappings.at(-1) ?? ""));
  for (const verifier of state.verifiers) verifier.loaded = state.mappings.length - 1;
}

function withObserved(state: State, change: object): Situation {
  const situation = situationOf(state);
  return { ...situation, observed: { ...situation.observed, ...change } };
}

const unknown = { known: false, why: "403: this token may not" } as const;

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

describe("a rotation", () => {
  test("is none where none is due, and begins where it is, or where it is told to", () => {
    const situation = situationOf(createWorld(true, false));
    expect(kinds(derivePlan(situation, rotation(SHOP)))).toEqual([]);
    const anew = derivePlan(situation, rotation(SHOP, { anew: true }));
    expect(kinds(anew)).toEqual(["issue-certificate"]);
    expect(phaseOf(anew)).toBe("accept");
    const due = { ...situation, terms: { ...situation.terms, renewBefore: 300 * DAY } };
    expect(kinds(derivePlan(due, rotation(SHOP)))).toEqual(["issue-certificate"]);
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
    const reversed = (text: string): string =>
      withCertificates(text, [SHOP, "till.example.com"], (all) => all.toReversed());
    state.mappings.push(reversed(state.mappings.at(-1) ?? ""));
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

function issuedWorld(): State {
  const state = createWorld(true, false);
  rewrite(state, (text) => {
    const json = JSON.parse(text) as { hosts: Record<string, { accept: object }> };
    const blog = json.hosts["blog.example.com"];
    const accept = { issuer: "own", certificates: "issued", names: ["blog.example.com"] };
    if (blog !== undefined) blog.accept = accept;
    return JSON.stringify(json);
  });
  return state;
}

function accepting(state: State): Situation {
  const situation = situationOf(state);
  const verifiers = situation.observed.verifiers.map((one) => {
    if (!one.status.known || !("blog.example.com" in one.status.value.hostnames)) return one;
    const at = { accepts: { names: ["blog.example.com"] }, seen: [] };
    const hostnames = { ...one.status.value.hostnames, "blog.example.com": at };
    return {
      ...one,
      status: { known: true as const, value: { ...one.status.value, hostnames } },
    };
  });
  return { ...situation, observed: { ...situation.observed, verifiers } };
}

function sharedSituation(change: (zone: State["zone"]) => void): Situation {
  const state = createWorld(true, false);
  change(state.zone);
  const json = JSON.parse(state.mappings[0] ?? "") as {
    issuers: object;
    hosts: Record<string, object>;
  };
  const shared = { shared: true, certificates: "pki/cloudflare-shared.pem" };
  const entry = {
    origin: "https://news.example.org",
    present: { by: "edge", level: "shared" },
    accept: { issuer: "cloudflare", certificates: "issued" },
  };
  const issuers = { ...json.issuers, cloudflare: shared };
  const text = JSON.stringify({ ...json, issuers, hosts: { [NEWS]: entry } });
  const situation = situationOf(state);
  const verifiers = situation.observed.verifiers.slice(0, 1).map((one) => {
    if (!one.status.known) return one;
    const hostnames = { [NEWS]: { accepts: { names: [] }, seen: [] } };
    return {
      ...one,
      status: { known: true as const, value: { ...one.status.value, hostnames } },
    };
  });
  return {
    ...situation,
    mapping: mappingOf(text),
    mappingDigest: digestOf(text),
    observed: { ...situation.observed, verifiers },
  };
}

/** News presents its new certificate for long, and still accepts an old one. */
function retiringWorld(): { readonly state: State; readonly old: Fingerprint } {
  const state = createWorld(true, false);
  for (const environment of state.environments.values()) environment.deployedAt = 0;
  const old = outline(NEWS, state.now - 200 * DAY);
  state.certificates.set(old.fingerprint, old);
  state.atHand.add(old.fingerprint);
  rewrite(state, (text) => withCertificates(text, [NEWS], (all) => [...all, old.fingerprint]));
  return { state, old: old.fingerprint };
}
