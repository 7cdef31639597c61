import { deployCommand } from "../apply/deploy-command.ts";
import type { Ending } from "../apply/run-plan.ts";
import { EXIT, type EndWith } from "../manners/exit-code.ts";
import type { Io } from "../manners/io.ts";
import type { Plan } from "../plan/plan.ts";
import type { Rotation } from "../plan/situation.ts";
import { timeless } from "../plan/timeless.ts";
import { moment, roundedUp } from "../plan/words.ts";
import { countsInWords, phasesInWords, planAsData, printPlan } from "./plan-output.ts";
import type { RunFlags } from "./run-flags.ts";

/** What of a request its end is told with. */
export interface EndedRun {
  readonly flags: RunFlags;
  /** Null for `apply`. */
  readonly rotation: Rotation | null;
  /** The command line, for next steps. */
  readonly command: string;
}

/** Says how a run ended and what is left, and sets the exit code. @param shown the plan that was shown last. */
export function tellEnding(
  io: Io,
  endWith: EndWith,
  { flags, rotation, command }: EndedRun,
  { how, plan }: Ending,
  shown: Plan,
): void {
  const exit = {
    done: EXIT.fine,
    waiting: EXIT.waiting,
    stuck: EXIT.problems,
    interrupted: EXIT.waiting,
    declined: EXIT.waiting,
  };
  endWith(exit[how]);
  if (flags.json === true) tellData(io, how, plan);
  const people = flags.json === true ? io.err : io.out;
  const { green, yellow, red } = people.colours;
  if (how === "done") {
    const what =
      rotation === null
        ? `what is, is what ${flags.mapping} says`
        : `${rotation.hostname} is rotated`;
    people.line(`${green("✓")} done: ${what}`);
    return;
  }
  if (timeless(plan) !== timeless(shown)) {
    people.line();
    if (rotation !== null) people.line(`${rotation.hostname}: ${phasesInWords(plan)}\n`);
    printPlan(people, plan, flags.config);
  }
  const words = {
    waiting: "not done yet",
    stuck: "cannot go on",
    interrupted: "interrupted",
    declined: "not agreed to",
  };
  const mark = how === "stuck" ? red("✗") : yellow("◦");
  people.line(`${mark} ${words[how]}: ${countsInWords(plan)} left. What is done stays done.`);
  for (const next of nextSteps(plan, flags, command))
    io.err.line(`${io.err.colours.dim("next:")} ${next}`);
}

function nextSteps(plan: Plan, flags: RunFlags, command: string): readonly string[] {
  const heads = plan.lanes.flatMap(({ changes }) => changes.slice(0, 1));
  const deployments = heads.flatMap(({ change }) =>
    change.kind === "deploy-worker" ? [deployCommand(flags.config, change.environment)] : [],
  );
  const quiet = heads.flatMap(({ change }) =>
    change.kind === "wait-for-quiet" && change.until !== null ? [change.until] : [],
  );
  const when = quiet.length === heads.length && quiet.length > 0 ? Math.min(...quiet) : null;
  return [
    ...new Set(deployments),
    when === null ? command : `from ${moment(roundedUp(when))} on: ${command}`,
  ];
}

/** Prints a plan as data, with how it ended. */
export function tellData(io: Io, how: Ending["how"] | "dry-run", plan: Plan): void {
  const ok = how === "done" || how === "dry-run";
  io.out.line(JSON.stringify({ ok, ended: how, ...planAsData(plan) }, null, 2));
}
