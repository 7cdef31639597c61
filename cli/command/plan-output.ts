import { deployCommand } from "../apply/deploy-command.ts";
import { formatFinding } from "../manners/finding.ts";
import type { Speaker } from "../manners/io.ts";
import { isWait, type Change, type PlannedChange } from "../plan/change.ts";
import { asShown } from "../plan/as-shown.ts";
import { describe, hindrances } from "../plan/describe.ts";
import { PHASES, phaseOf, type Phase } from "../plan/phase.ts";
import type { Lane, Plan } from "../plan/plan.ts";
import { TO_BE_ISSUED } from "../plan/to-be-issued.ts";

/** Prints a plan for people: lane by lane, each change with its reason, and what is waited for with what holds it up. */
export function printPlan(speaker: Speaker, plan: Plan, configurationFile: string): void {
  for (const lane of asShown(plan).lanes) printLane(speaker, lane, configurationFile);
}

function printLane(speaker: Speaker, lane: Lane, configurationFile: string): void {
  const { bold, dim, red } = speaker.colours;
  speaker.line(bold(lane.hostnames.join(", ")));
  for (const [index, planned] of lane.changes.entries()) {
    printChange(speaker, planned, index + 1, configurationFile);
  }
  for (const problem of lane.problems) {
    speaker.line(`  ${red("✗")} ${formatFinding(problem)}`);
    speaker.line(`     ${dim("next:")} ${problem.next}`);
  }
  speaker.line();
}

function printChange(
  speaker: Speaker,
  { change, why }: PlannedChange,
  number: number,
  configurationFile: string,
): void {
  const { cyan, dim, yellow } = speaker.colours;
  const mark = isWait(change) ? yellow("◦") : cyan("+");
  speaker.line(`  ${String(number).padStart(2)} ${mark} ${describe(change)}`);
  if (!("why" in change)) speaker.line(`       ${dim(`because ${why}`)}`);
  else speaker.line(`       ${dim(why)}`);
  for (const line of details(change, configurationFile)) speaker.line(`       ${line}`);
}

function details(change: Change, configurationFile: string): readonly string[] {
  if (change.kind !== "deploy-worker") return hindrances(change);
  return [
    `${deployCommand(configurationFile, change.environment)}   (or --deploy, and this tool runs it)`,
  ];
}

/** The phases of a rotation on one line, the present one in brackets: `accept -> [present] -> retire -> done`. */
export function phasesInWords(plan: Plan): string {
  const now: Phase = phaseOf(plan);
  return PHASES.map((phase) => (phase === now ? `[${phase}]` : phase)).join(" -> ");
}

/** How many things there are to do and to wait for: `3 changes, 1 wait, 1 problem`. A deployment for two lanes is one. */
export function countsInWords(plan: Plan): string {
  const { changes, waits, problems } = countsOf(plan);
  return [
    ...(changes === 0 ? [] : [counted(changes, "change")]),
    ...(waits === 0 ? [] : [counted(waits, "wait")]),
    ...(problems === 0 ? [] : [counted(problems, "problem")]),
  ].join(", ");
}

function counted(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? "" : "s"}`;
}

/** The same, as numbers. */
export function countsOf(plan: Plan): {
  readonly changes: number;
  readonly waits: number;
  readonly problems: number;
} {
  const all = new Map(
    asShown(plan).lanes.flatMap(({ changes }) =>
      changes.map(({ change }) => [JSON.stringify(change), change]),
    ),
  );
  const waits = [...all.values()].filter(isWait).length;
  return {
    changes: all.size - waits,
    waits,
    problems: plan.lanes.reduce((sum, { problems }) => sum + problems.length, 0),
  };
}

/** A plan as data; the fingerprint of a certificate that is still to be issued is null. */
export function planAsData(plan: Plan): object {
  return {
    lanes: asShown(plan).lanes.map(({ hostnames, changes, problems }) => ({
      hostnames,
      changes: changes.map(({ change, why }) => ({
        ...withoutMadeUp(change),
        inWords: describe(change),
        because: why,
        heldUpBy: hindrances(change),
      })),
      problems,
    })),
    counts: countsOf(plan),
  };
}

function withoutMadeUp(change: Change): object {
  const data =
    change.kind !== "deploy-worker" ? change : { ...change, bindings: nulled(change.bindings) };
  return nulled(data);
}

function nulled(data: object): object {
  const entries = Object.entries(data) as [string, unknown][];
  return Object.fromEntries(entries.map(([key, one]) => [key, one === TO_BE_ISSUED ? null : one]));
}
