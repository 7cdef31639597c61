import { describe, expect, test } from "vitest";
import { createRunOutput } from "../../../cli/command/run-output.ts";
import type { Io } from "../../../cli/manners/io.ts";
import { derivePlan } from "../../../cli/plan/derive-plan.ts";
import { currentWaits, type Plan } from "../../../cli/plan/plan.ts";
import { timeless } from "../../../cli/plan/timeless.ts";
import type { Fingerprint } from "../../../shared/fingerprint.ts";
import { NEWS, retiringWorld, rotation } from "./support/situations.ts";
import { situationOf } from "./world/observe.ts";
import type { State } from "./world/state.ts";

/** What is planned before and after something has happened. */
const around = (happens: (state: State, old: Fingerprint) => void): readonly [Plan, Plan] => {
  const { state, old } = retiringWorld();
  state.verifiers[0]?.seen.set(NEWS, new Map([[old, state.now - 3000]]));
  const before = derivePlan(situationOf(state), rotation(NEWS));
  happens(state, old);
  return [before, derivePlan(situationOf(state), rotation(NEWS))];
};

describe("the same plan a moment later", () => {
  test("says the same, though it was seen longer ago, or again", () => {
    const later = around((state) => (state.now += 7000));
    const again = around((state, old) => {
      state.verifiers[0]?.seen.set(NEWS, new Map([[old, state.now - 1000]]));
    });
    for (const [before, after] of [later, again]) {
      expect(JSON.stringify(after)).not.toBe(JSON.stringify(before));
      expect(timeless(after)).toBe(timeless(before));
    }
  });

  test("says something else where another thing holds it up", () => {
    const [before, after] = around((state) => {
      const [verifier] = state.verifiers;
      if (verifier !== undefined) verifier.isUp = false;
    });
    expect(timeless(after)).not.toBe(timeless(before));
  });

  test("is told once while it waits", () => {
    const told: string[] = [];
    const err = {
      line: (text: string) => void told.push(text),
      text: () => undefined,
      isTerminal: false,
      colours: { green: String, yellow: String, dim: String },
    };
    const output = createRunOutput({ err } as unknown as Io, () => 0);
    for (const plan of around((state) => (state.now += 7000))) {
      output.tell({ kind: "waiting", waits: currentWaits(plan) });
    }
    expect(told.length).toBe(1);
  });
});
