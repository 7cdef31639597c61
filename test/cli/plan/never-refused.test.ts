import * as fc from "fast-check";
import { expect, test } from "vitest";
import { aDeed, toCommand, type Scene } from "./commands.ts";
import { advance, copyMapping, finishDeployment, reload, restart } from "./world/advance.ts";
import { createWorld } from "./world/create-world.ts";
import { NAMES, TOGETHER } from "./world/mapping.ts";
import { glance, planOf, step, type Intent } from "./world/operator.ts";
import { HOUR } from "./world/outline.ts";
import { hold } from "./world/presented.ts";
import type { State } from "./world/state.ts";

const RUNS = Number(process.env["PULLPROOF_PLAN_RUNS"] ?? 200);

test("no sequence of plans, crashes, rollbacks and restarts presents what a live verifier refuses; and all of them converge", () => {
  let converged = 0;
  fc.assert(
    fc.property(
      fc.boolean(),
      fc.boolean(),
      fc.commands([aDeed.map(toCommand)], { maxCommands: 120, size: "max" }),
      (running, oneForAll, commands) => {
        const scene: Scene = { state: createWorld(running, oneForAll), seenBefore: null };
        fc.modelRun(() => ({ model: {}, real: scene }), commands);
        converge(scene.state);
        converged += 1;
      },
    ),
    { numRuns: RUNS },
  );
  expect(converged).toBe(RUNS);
}, 600_000);

const APPLY: Intent = { rotate: null, anew: false, deploy: true };

/** A cooperating environment: mappings arrive, verifiers reload, time passes, gradual deployments are finished. */
function converge(state: State): void {
  for (const verifier of state.verifiers) if (!verifier.isUp) restart(state, verifier);
  const intents = [
    ...TOGETHER.map(([name = NAMES[0]]) => ({ ...APPLY, rotate: name ?? null })),
    APPLY,
  ];
  for (let hour = 0; hour < 400; hour += 1) {
    if (intents.every((intent) => planOf(glance(state), intent).lanes.length === 0)) return;
    for (const intent of intents) {
      for (let done = 0; done < 20 && step(state, glance(state), intent); done += 1) {
        hold(state, "while converging");
      }
    }
    for (const verifier of state.verifiers) {
      copyMapping(state, verifier);
      reload(verifier);
    }
    for (const environment of state.environments.values()) finishDeployment(state, environment);
    advance(state, HOUR);
    hold(state, "while converging");
  }
  const left = intents.flatMap((intent) => planOf(glance(state), intent).lanes);
  throw new Error(`never done: ${JSON.stringify(left)}`);
}
