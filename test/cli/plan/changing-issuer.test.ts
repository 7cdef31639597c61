import { describe, expect, test } from "vitest";
import { derivePlan } from "../../../cli/plan/derive-plan.ts";
import type { VerifierHostname } from "../../../cli/observe/observed.ts";
import type { Situation } from "../../../cli/plan/situation.ts";
import type { Fingerprint } from "../../../shared/fingerprint.ts";
import type { Mapping } from "../../../shared/mapping.ts";
import { kinds, NEWS, problems, sharedSituation } from "./support/situations.ts";

const OWN = `sha256:${"a".repeat(64)}` as Fingerprint;
type Accepts = VerifierHostname["accepts"];

/** A verifier that accepts this, whatever the mapping says. */
function accepting(situation: Situation, accepts: Accepts): Situation {
  const { observed } = situation;
  const verifiers = observed.verifiers.map((one) =>
    one.status.known
      ? {
          ...one,
          status: {
            ...one.status,
            value: {
              ...one.status.value,
              hostnames: { [NEWS]: { originHostnames: [NEWS], accepts, seen: [] } },
            },
          },
        }
      : one,
  );
  return { ...situation, observed: { ...observed, verifiers } };
}

function inReportMode({ mapping, ...rest }: Situation): Situation {
  const [entry] = mapping.entries;
  const accept = { ...entry.accept, mode: { report: "2027-03-01" } };
  return { ...rest, mapping: { ...mapping, entries: [{ ...entry, accept }] } satisfies Mapping };
}

/** News has an association of its own, and the mapping asks for Cloudflare's certificate from now on. */
const toShared = (): Situation => sharedSituation((zone) => (zone.enabled = false));

describe("an entry whose issuer becomes Cloudflare's shared one", () => {
  test("is not brought to verifiers that enforce, and accept what is still presented", () => {
    const plan = derivePlan(accepting(toShared(), [OWN]), null);
    expect(kinds(plan)).toEqual([]);
    expect(problems(plan)).toContain("refuse every pull until that is presented");
  });

  test("goes on in report mode, where nobody is refused", () => {
    const plan = derivePlan(inReportMode(accepting(toShared(), [OWN])), null);
    expect(problems(plan)).toBe("");
    expect(kinds(plan)[0]).toBe("wait-for-verifiers");
    expect(kinds(plan)).toContain("enable-shared");
  });

  test("goes on where the verifiers have loaded it already: waiting would only be longer", () => {
    const plan = derivePlan(accepting(toShared(), { names: [] }), null);
    expect(problems(plan)).toBe("");
    expect(kinds(plan)).toEqual(["enable-shared", "remove-association"]);
  });
});

test("an entry whose issuer becomes one's own is not brought to them either", () => {
  const situation = accepting(
    sharedSituation((zone) => {
      zone.enabled = false;
      zone.associations.clear();
    }),
    { names: [] },
  );
  const { observed, mapping } = situation;
  const zones = observed.zones.map((one) =>
    one.known
      ? { ...one, value: { ...one.value, tlsClientAuth: { known: true as const, value: true } } }
      : one,
  );
  const [entry] = mapping.entries;
  const own = {
    ...entry,
    present: { by: "edge", level: "hostname" } as const,
    accept: {
      ...entry.accept,
      issuer: "own" as typeof entry.accept.issuer,
      certificates: [OWN] as const,
      alone: false,
    },
  };
  const given: Situation = {
    ...situation,
    observed: { ...observed, zones },
    mapping: { ...mapping, entries: [own] },
  };
  expect(problems(derivePlan(given, null))).toContain("presents Cloudflare's shared certificate");
  expect(problems(derivePlan(inReportMode(given), null))).not.toContain("shared certificate");
});
