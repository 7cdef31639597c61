import * as fc from "fast-check";
import {
  advance,
  copyMapping,
  listFirst,
  finishDeployment,
  reload,
  restart,
  rollBack,
} from "./world/advance.ts";
import { NAMES, TOGETHER, type Name } from "./world/mapping.ts";
import { glance, step, type Glance, type Intent } from "./world/operator.ts";
import { MINUTE } from "./world/outline.ts";
import { deploy } from "./world/perform.ts";
import { hold, isAccepted, pull } from "./world/presented.ts";
import type { Environment, State } from "./world/state.ts";

/** The world, and what a second operator has seen of it and not acted upon yet. */
export interface Scene {
  readonly state: State;
  seenBefore: Glance | null;
}

/** One thing that somebody does. */
export interface Deed {
  readonly text: string;
  readonly run: (scene: Scene) => void;
}

// An operator acts within minutes upon what was observed: the tool observes before every single action.
const STALE_AFTER = 10 * MINUTE;

/** A deed as fast-check runs it: whatever was done, the invariant holds. */
export function toCommand({ text, run }: Deed): fc.Command<object, Scene> {
  return {
    check: () => true,
    run: (_, scene) => {
      run(scene);
      pull(scene.state, []);
      hold(scene.state, text);
    },
    toString: () => text,
  };
}

// Mostly of one hostname at a time, to its end: steps that are spread over all of them finish nothing.
const anIntent: fc.Arbitrary<Intent> = fc.record({
  rotate: fc.oneof(
    { weight: 1, arbitrary: fc.constant(null) },
    { weight: 2, arbitrary: fc.constantFrom(...NAMES) },
    { weight: 3, arbitrary: fc.constant("shop.example.com" as const) },
    { weight: 2, arbitrary: fc.constant("wiki.example.org" as const) },
    { weight: 2, arbitrary: fc.constant("news.example.org" as const) },
  ),
  anew: fc.boolean(),
  deploy: fc.oneof(
    { weight: 4, arbitrary: fc.constant(true) },
    { weight: 1, arbitrary: fc.constant(false) },
  ),
});

const someNames: fc.Arbitrary<Name[]> = fc.subarray([...NAMES]);
const aVerifier = fc.constantFrom(0, 1);
const anEnvironment = fc.constantFrom("", "staging");

const someTime = fc.oneof(
  { weight: 3, arbitrary: fc.integer({ min: 0, max: 10 }) },
  { weight: 2, arbitrary: fc.integer({ min: 0, max: 20 * 60 }) },
  { weight: 2, arbitrary: fc.constant(25 * 60) },
);

/** Everything that anybody may do, in any order. */
const likely: readonly fc.Arbitrary<Deed>[] = [
  fc.constantFrom(...TOGETHER).map((names) => ({
    text: `somebody lists a new certificate first by hand, for ${names.join(", ")}`,
    run: ({ state }) => listFirst(state, names),
  })),
  fc.tuple(someTime, someNames).map(([minutes, names]) => ({
    text: `${minutes} min pass, with pulls for ${names.join(", ")}`,
    run: ({ state }) => advance(state, minutes * MINUTE, names),
  })),
  fc.tuple(anIntent, fc.integer({ min: 1, max: 8 })).map(([intent, times]) => ({
    text: `${say(intent)}, interrupted after ${times}`,
    run: ({ state }) => work(state, intent, times),
  })),
  fc.constant({
    text: "the mapping reaches every verifier, and all reload",
    run: ({ state }) => reloadAll(state),
  }),
  // Longer stretches, so that what comes at the end of a rotation is met in the middle of other things, too.
  fc.tuple(anIntent, fc.integer({ min: 1, max: 8 }), someTime).map(([intent, times, minutes]) => ({
    text: `${say(intent)}, the mapping is copied, ${minutes} min pass, and again, interrupted after ${times}`,
    run: ({ state }) => {
      work(state, intent, 8);
      reloadAll(state);
      advance(state, minutes * MINUTE);
      work(state, { ...intent, anew: false }, times);
    },
  })),
];

/** Goes on with a plan, looking again before each action. */
function work(state: State, intent: Intent, times: number): void {
  for (let done = 0; done < times; done += 1) {
    if (!step(state, glance(state), intent)) return;
    hold(state, `${say(intent)}, action ${done + 1}`);
  }
}

function reloadAll(state: State): void {
  for (const verifier of state.verifiers) {
    copyMapping(state, verifier);
    reload(verifier);
  }
}

const possible: readonly fc.Arbitrary<Deed>[] = [
  fc.tuple(anEnvironment, fc.nat(5), fc.nat(5)).map(([name, binding, certificate]) => ({
    text: `somebody writes id ${certificate} under binding ${binding} into the configuration of ${name || "the top level"}`,
    run: ({ state }) =>
      withEnvironment(state, name, (one) => {
        const bindings = Object.keys(one.configured);
        const at = bindings[binding % bindings.length];
        const id = [...state.account.keys()].at(-1 - certificate);
        if (at !== undefined && id !== undefined) one.configured[at] = id;
      }),
  })),
  fc.constant({
    text: "a second operator observes",
    run: (scene) => {
      scene.seenBefore = glance(scene.state);
    },
  }),
  anIntent.map((intent) => ({
    text: `the second operator acts on what was seen: ${say(intent)}`,
    run: (scene) => {
      const { state, seenBefore } = scene;
      if (seenBefore === null || state.now - seenBefore.at > STALE_AFTER) return;
      step(state, seenBefore, intent);
    },
  })),
  aVerifier.map((index) => ({
    text: `the mapping reaches verifier ${index}`,
    run: ({ state }) => withVerifier(state, index, (one) => copyMapping(state, one)),
  })),
  aVerifier.map((index) => ({
    text: `verifier ${index} reloads`,
    run: ({ state }) => withVerifier(state, index, reload),
  })),
  aVerifier.map((index) => ({
    text: `verifier ${index} restarts`,
    run: ({ state }) => withVerifier(state, index, (one) => restart(state, one)),
  })),
  aVerifier.map((index) => ({
    text: `verifier ${index} goes down`,
    run: ({ state }) =>
      withVerifier(state, index, (one) => {
        one.isUp = false;
      }),
  })),
  fc.tuple(anEnvironment, fc.constantFrom(10, 50, 100)).map(([name, percentage]) => ({
    text: `somebody deploys ${name || "the top level"} at ${percentage} %`,
    run: ({ state }) =>
      withEnvironment(state, name, (one) => {
        // Whoever deploys a configuration that was edited by hand is asked to let the tool do it, which looks first.
        if (isAccepted(state, one)) deploy(state, one, percentage);
      }),
  })),
  anEnvironment.map((name) => ({
    text: `the gradual deployment of ${name || "the top level"} is finished`,
    run: ({ state }) => withEnvironment(state, name, (one) => finishDeployment(state, one)),
  })),
  fc.tuple(anEnvironment, fc.integer({ min: 0, max: 3 })).map(([name, back]) => ({
    text: `somebody rolls ${name || "the top level"} back by ${back + 1}`,
    run: (scene) =>
      withEnvironment(scene.state, name, (one) => {
        // A rollback between an operator's look and act is the one race that nothing can close: no lock is to be had.
        if (rollBack(scene.state, one, back)) scene.seenBefore = null;
      }),
  })),
];

/** Everything that anybody may do; what brings rotations forward more often than what disturbs them. */
export const aDeed: fc.Arbitrary<Deed> = fc.oneof(
  ...likely.map((arbitrary) => ({ weight: 8, arbitrary })),
  ...possible.map((arbitrary) => ({ weight: 2, arbitrary })),
);

function say({ rotate, anew, deploy: deploys }: Intent): string {
  const command = rotate === null ? "apply" : `rotate ${rotate}${anew ? " --new" : ""}`;
  return `${command}${deploys ? " --deploy" : ""}`;
}

function withVerifier(
  { verifiers }: State,
  index: number,
  act: (verifier: State["verifiers"][number]) => void,
): void {
  const verifier = verifiers[index];
  if (verifier !== undefined) act(verifier);
}

function withEnvironment(state: State, name: string, act: (one: Environment) => void): void {
  const environment = state.environments.get(name);
  if (environment !== undefined) act(environment);
}
