import { describe, expect, test } from "vitest";
import { derivePlan } from "../../../cli/plan/derive-plan.ts";
import type { Situation } from "../../../cli/plan/situation.ts";
import type { Fingerprint } from "../../../shared/fingerprint.ts";
import type { IssuerName } from "../../../shared/mapping.ts";
import { kinds, NEWS, problems, rewrite, rotation, SHOP } from "./support/situations.ts";
import { createWorld } from "./world/create-world.ts";
import { acceptedIn, withCertificates } from "./world/mapping.ts";
import { situationOf } from "./world/observe.ts";
import { outline } from "./world/outline.ts";
import type { State } from "./world/state.ts";

const SHARED_BINDING = ["shop.example.com", "till.example.com"] as const;

/** News presents one certificate, and the list of the mapping that is here is another; the verifiers have loaded one of them. */
function replaced(
  list: (fresh: Fingerprint, old: Fingerprint) => readonly Fingerprint[],
  loaded: (fresh: Fingerprint, old: Fingerprint) => readonly Fingerprint[] = (_, old) => [old],
  names: readonly string[] = [NEWS],
): { readonly state: State; readonly situation: Situation } {
  const state = createWorld(true, false);
  const [first = ""] = names;
  const [old] = acceptedIn(state.mappings[0] ?? "", first);
  if (old === undefined) throw new Error("nothing is presented");
  const made = outline(first, state.now);
  state.certificates.set(made.fingerprint, made);
  state.atHand.add(made.fingerprint);
  const { fingerprint: fresh } = made;
  rewrite(state, (text) => withCertificates(text, names, () => loaded(fresh, old)));
  state.mappings.push(withCertificates(state.mappings.at(-1) ?? "", names, () => list(fresh, old)));
  return { state, situation: situationOf(state) };
}

const of = ({ lanes }: ReturnType<typeof derivePlan>, hostname: string) => ({
  lanes: lanes.filter((lane) => lane.hostnames.some((name) => name === hostname)),
});

describe("a list that was replaced by hand", () => {
  test.each([[[NEWS]], [SHARED_BINDING]])(
    "is not brought to verifiers that still accept what is presented: %j",
    (names) => {
      const plan = derivePlan(replaced((fresh) => [fresh], undefined, names).situation, null);
      expect(kinds(plan)).toEqual([]);
      expect(problems(plan)).toContain("refuse every pull until");
      const [{ next } = { next: "" }] = plan.lanes.flatMap((lane) => lane.problems);
      expect(next).toContain(`pullproof rotate ${names[0]}`);
    },
  );

  test("is mended by the rotation that the next step names: the old one is listed again", () => {
    const { situation } = replaced((fresh) => [fresh]);
    const plan = derivePlan(situation, rotation(NEWS));
    expect(problems(plan)).toBe("");
    expect(kinds(plan)[0]).toBe("add-to-mapping");
  });

  test("goes on where the old one stands behind the new one", () => {
    const { situation } = replaced((fresh, old) => [fresh, old]);
    const plan = derivePlan(situation, null);
    expect(problems(plan)).toBe("");
    expect(kinds(plan)[0]).toBe("wait-for-verifiers");
  });

  test("goes on where the verifiers accept the new one already: nothing has to be loaded first", () => {
    const { situation } = replaced(
      (fresh) => [fresh],
      (fresh, old) => [old, fresh],
    );
    const plan = derivePlan(situation, null);
    expect(problems(plan)).toBe("");
    expect(kinds(of(plan, NEWS))).toContain("associate-hostname");
  });

  test("goes on where they have loaded it, and refuse what is presented: waiting would only be longer", () => {
    const { situation } = replaced(
      (fresh) => [fresh],
      (fresh) => [fresh],
    );
    expect(problems(derivePlan(situation, null))).toBe("");
  });

  test("is not brought to verifiers that nobody has named; the operator's word for them goes", () => {
    const { situation } = replaced((fresh) => [fresh]);
    const unnamed = { ...situation, observed: { ...situation.observed, verifiers: [] } };
    expect(problems(derivePlan(unnamed, null))).toContain("refuse every pull until");
    const terms = { ...unnamed.terms, assumeAccepted: true };
    expect(problems(derivePlan({ ...unnamed, terms }, null))).toBe("");
  });

  test("goes on in report mode, where nobody is refused", () => {
    const { situation } = replaced((fresh) => [fresh]);
    const { mapping } = situation;
    const entries = mapping.entries.map((entry) => ({
      ...entry,
      accept: { ...entry.accept, mode: { report: "2027-03-01" } },
    }));
    const [first, ...rest] = entries;
    if (first === undefined) throw new Error("no entry");
    const reporting = { ...situation, mapping: { ...mapping, entries: [first, ...rest] as const } };
    expect(problems(derivePlan(reporting, null))).toBe("");
  });

  test("goes on where what is presented has expired: nobody pulls with it", () => {
    const { state } = replaced((fresh) => [fresh]);
    for (const [fingerprint, one] of state.certificates)
      if (one.names.includes(NEWS) && one.notBefore < state.now)
        state.certificates.set(fingerprint, { ...one, notAfter: state.now - 1 });
    expect(problems(of(derivePlan(situationOf(state), null), NEWS) as never)).toBe("");
  });
});

describe("another issuer of one's own", () => {
  const other = "other" as IssuerName;

  /** The mapping names another issuer for these hostnames. */
  function naming({ mapping, ...rest }: Situation, hostnames: readonly string[]): Situation {
    const entries = mapping.entries.map((entry) =>
      hostnames.includes(entry.hostname)
        ? { ...entry, accept: { ...entry.accept, issuer: other } }
        : entry,
    ) as unknown as typeof mapping.entries;
    return { ...rest, mapping: { ...mapping, entries } };
  }

  test("that has not signed the certificate of two entries is found, for the entry that names it", () => {
    const situation = naming(situationOf(createWorld(true, true)), ["till.example.com"]);
    const plan = derivePlan(situation, null);
    expect(problems(plan)).toMatch(/is signed by own, and till\.example\.com names other/);
    expect(problems(plan)).not.toMatch(/shop\.example\.com names/);
    expect(kinds(of(plan, SHOP))).toEqual([]);
  });

  test("is no problem where the same file vouches for both, or where nobody here can tell", () => {
    for (const signedBy of [["own", "other"], []]) {
      const state = createWorld(true, true);
      for (const [fingerprint, one] of state.certificates)
        state.certificates.set(fingerprint, { ...one, signedBy: signedBy as IssuerName[] });
      const plan = derivePlan(naming(situationOf(state), ["till.example.com"]), null);
      expect(problems(plan)).toBe("");
    }
  });

  test("that takes over a list with what is presented in it is not brought to the verifiers", () => {
    const { state } = replaced((fresh, old) => [fresh, old]);
    for (const [fingerprint, one] of state.certificates)
      if (one.names.includes(NEWS) && one.notBefore === state.now)
        state.certificates.set(fingerprint, { ...one, signedBy: [other] });
    const plan = derivePlan(naming(situationOf(state), [NEWS]), null);
    expect(kinds(plan)).toEqual([]);
    expect(problems(plan)).toContain("names an issuer that has not signed it");
  });
});
