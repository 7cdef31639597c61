import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createConsent } from "../../../cli/apply/consent.ts";
import { asShown } from "../../../cli/plan/as-shown.ts";
import { derivePlan } from "../../../cli/plan/derive-plan.ts";
import { describe as inWords } from "../../../cli/plan/describe.ts";
import type { Plan } from "../../../cli/plan/plan.ts";
import { runWithConsent } from "./support/consenting-run.ts";
import {
  kinds,
  NEWS,
  retiringWorld,
  rewrite,
  rotation,
  SHOP,
  WIKI,
  withObserved,
} from "./support/situations.ts";
import { listFirst } from "./world/advance.ts";
import { createWorld } from "./world/create-world.ts";
import { NAMES, TOGETHER, withCertificates } from "./world/mapping.ts";
import { situationOf } from "./world/observe.ts";
import { DAY, outline } from "./world/outline.ts";
import type { Intent } from "./world/operator.ts";
import type { State } from "./world/state.ts";

const APPLY: Intent = { rotate: null, anew: false, deploy: true };
const nothing = (): void => undefined;

/** Somebody lists a new certificate alone, by hand, and forgets the old one. */
function replaceByHand(state: State, names: (typeof TOGETHER)[number]): void {
  listFirst(state, names);
  const text = state.mappings.at(-1) ?? "";
  state.mappings.push(withCertificates(text, names, (listed) => listed.slice(0, 1)));
}

/** An old certificate of ours that nothing names any more comes to light in the account's store. */
function leaveBehind(state: State, name: string): void {
  const old = outline(name, state.now - 300 * DAY);
  state.certificates.set(old.fingerprint, old);
  state.account.set(old.fingerprint as never, old.fingerprint);
}

describe("nothing is done that was not shown", () => {
  const aDisturbance = fc.record({
    at: fc.integer({ min: 1, max: 12 }),
    names: fc.constantFrom(...TOGETHER),
    what: fc.constantFrom(
      listFirst,
      replaceByHand,
      (state: State, [name = ""]: readonly string[]) => leaveBehind(state, name),
    ),
  });
  const anIntent = fc.record({
    rotate: fc.constantFrom(null, ...NAMES),
    anew: fc.boolean(),
    deploy: fc.constant(true),
  });

  test("whatever others do in the meantime: what it led to is shown, and asked about anew", async () => {
    let askedAnew = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.boolean(),
        fc.boolean(),
        anIntent,
        fc.array(aDisturbance, { maxLength: 3 }),
        fc.boolean(),
        async (running, oneForAll, intent, disturbances, agrees) => {
          const state = createWorld(running, oneForAll);
          const disturb = (looks: number): void => {
            for (const { what, names } of disturbances.filter(({ at }) => at === looks)) {
              what(state, names);
            }
          };
          const ran = await runWithConsent(state, intent, disturb, agrees);
          expect(ran.unshown).toEqual([]);
          if (ran.questions > 1) askedAnew += 1;
        },
      ),
      { numRuns: 300 },
    );
    expect(askedAnew).toBeGreaterThan(0);
  }, 120_000);

  test("and without consent to it, it is not done", async () => {
    const state = createWorld(true, false);
    const late = (looks: number): void => {
      if (looks === 2) leaveBehind(state, SHOP);
    };
    const ran = await runWithConsent(
      state,
      { ...APPLY, rotate: "shop.example.com", anew: true } as const,
      late,
      false,
    );
    expect(ran.ending.how).toBe("declined");
    expect(kinds(ran.ending.plan)).toEqual(["delete-account-certificate"]);
    const [left] = ran.ending.plan.lanes[0]?.changes ?? [];
    expect(ran.done).not.toContainEqual(left?.change);
  });

  test("to what a deployment carries, too", () => {
    const [one, other] = [outline(SHOP, 0), outline(SHOP, 0)];
    const deploying = ({ fingerprint }: typeof one) =>
      ({
        kind: "deploy-worker",
        environment: "",
        script: "pulls",
        bindings: { PULL_CERT_SHOP: fingerprint },
      }) as const;
    const consent = createConsent();
    const lane = {
      hostnames: [SHOP],
      changes: [{ change: deploying(one), why: "" }],
      problems: [],
    };
    consent.give({ lanes: [lane] });
    expect(consent.covers(deploying(other))).toBe(false);
    expect(consent.covers(deploying(one))).toBe(true);
  });

  test("to another certificate than the one that was issued", () => {
    const [issued, other] = [outline(SHOP, 0), outline(SHOP, 0)];
    const consent = createConsent();
    const plan = derivePlan(situationOf(createWorld(true, false)), rotation(SHOP, { anew: true }));
    consent.give(plan);
    consent.issued(issued.fingerprint);
    const upload = { kind: "upload-account-certificate", name: "" } as const;
    expect(consent.covers({ ...upload, fingerprint: other.fingerprint })).toBe(false);
    expect(consent.covers({ ...upload, fingerprint: issued.fingerprint })).toBe(true);
  });
});

describe("what a plan foresees is not done before its time", () => {
  test("a hostname's certificate stays while its removed association is under way", () => {
    const state = createWorld(true, false);
    const old = outline(WIKI, state.now - 300 * DAY);
    const [zone] = situationOf(state).observed.zones;
    if (zone?.known !== true || !zone.value.hostnameLevel.known) throw new Error("no zone");
    const { certificates, associations } = zone.value.hostnameLevel.value;
    const planned = (status: "pending_deletion" | null): Plan => {
      const removed = { hostname: WIKI, certificateId: "old", enabled: null, status, since: null };
      const held = { id: "old", status: "active", certificate: old };
      const value = {
        certificates: [...certificates, held],
        associations: [...associations, removed],
      };
      const hostnameLevel = { known: true, value };
      const seen = { known: true, value: { ...zone.value, hostnameLevel } };
      return derivePlan(withObserved(state, { zones: [seen] }), null);
    };
    expect(kinds(planned("pending_deletion"))).toEqual([]);
    expect(kinds(planned(null))).toEqual(["delete-hostname-certificate"]);
  });
});

describe("one question is enough in a world that cooperates", () => {
  test.each(TOGETHER.map(([name]) => name ?? null))(
    "for a whole rotation of %s",
    async (rotate) => {
      const state = createWorld(true, false);
      const intent = { ...APPLY, rotate, anew: true };
      const { ending, questions, unshown } = await runWithConsent(state, intent, nothing, false);
      expect([ending.how, questions, unshown]).toEqual(["done", 1, []]);
    },
  );

  test.each([true, false])("for a first apply (one certificate for all: %s)", async (oneForAll) => {
    const state = createWorld(false, oneForAll);
    const { ending, questions, unshown } = await runWithConsent(state, APPLY, nothing, false);
    expect([ending.how, questions, unshown]).toEqual(["done", 1, []]);
  });

  test("for an apply whose mapping forgets what is deployed", async () => {
    const state = createWorld(true, false);
    replaceByHand(state, ["blog.example.com"]);
    // The list of before, with both of them, is what the verifiers have: nothing has to be loaded before it is presented.
    for (const verifier of state.verifiers) verifier.loaded = state.mappings.length - 2;
    const { ending, done, questions } = await runWithConsent(state, APPLY, nothing, false);
    expect([ending.how, questions]).toEqual(["done", 1]);
    expect(done.at(-1)?.kind).toBe("delete-account-certificate");
  });
});

describe("a plan shows what follows", () => {
  test("a retirement: the wait until nobody accepts it, and the deletion", () => {
    const { state, old } = retiringWorld();
    state.account.set("old" as never, old);
    const plan = derivePlan(situationOf(state), rotation(NEWS));
    expect(kinds(plan).slice(-3)).toEqual([
      "remove-from-mapping",
      "wait-for-verifiers",
      "delete-account-certificate",
    ]);
  });

  test("what is still to be issued, in words, to its end", () => {
    const plan = derivePlan(situationOf(createWorld(true, false)), rotation(SHOP, { anew: true }));
    const said = plan.lanes.flatMap(({ changes }) => changes.map(({ change }) => inWords(change)));
    expect(said[0]).toContain("issue a pull certificate");
    expect(said).toContain(
      "list the new certificate first in the mapping, for shop.example.com and till.example.com",
    );
    expect(said.join()).toContain("PULL_CERT_SHOP to the new id, which is the new certificate");
    expect(said).toContain("deploy pulls");
    expect(said.at(-1)).toMatch(/^delete sha256:.{12}… from the account's store$/);
  });

  test("and as a wait only what another than this run has to do", () => {
    const state = createWorld(false, false);
    const plan = derivePlan(situationOf(state), null);
    expect(kinds(plan)).toContain("wait-for-bindings");
    expect(kinds(asShown(plan))).not.toContain("wait-for-bindings");
    const deployments = asShown(plan).lanes.flatMap(({ changes }) =>
      changes.flatMap(({ change }) => (change.kind === "deploy-worker" ? change : [])),
    );
    expect(new Set(deployments.map((one) => JSON.stringify(one))).size).toBe(1);
    // The other lane waits for a verifier first: that this run will set its binding nobody can say.
    rewrite(state, (text) => text);
    replaceByHand(state, ["blog.example.com"]);
    expect(kinds(asShown(derivePlan(situationOf(state), null)))).toContain("wait-for-bindings");
  });
});
