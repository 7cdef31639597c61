import { setTimeout as delay } from "node:timers/promises";
import type { CertificatePair } from "../certificates/find-pairs.ts";
import { deployCommand } from "../apply/deploy-command.ts";
import type { Issuing } from "../apply/hands.ts";
import { perform } from "../apply/perform.ts";
import { runPlan, type Ending } from "../apply/run-plan.ts";
import { wranglerDeploy } from "../apply/wrangler-deploy.ts";
import { EXIT, type EndWith } from "../manners/exit-code.ts";
import type { Io } from "../manners/io.ts";
import type { Action } from "../plan/change.ts";
import { describe } from "../plan/describe.ts";
import { derivePlan } from "../plan/derive-plan.ts";
import { isDone, problemsOf, type Plan } from "../plan/plan.ts";
import { timeless } from "../plan/timeless.ts";
import { moment, roundedUp } from "../plan/words.ts";
import type { Rotation } from "../plan/situation.ts";
import { createAgreement } from "./agreement.ts";
import { mayGoOn } from "./confirm.ts";
import { countsInWords, phasesInWords, planAsData, printPlan } from "./plan-output.ts";
import { refuseAssumptions } from "./remote-flags.ts";
import { openRemote, type Seen } from "./remote.ts";
import type { RunFlags } from "./run-flags.ts";
import { createRunOutput } from "./run-output.ts";

/** What a command that changes something was asked for. */
export interface RunRequest {
  readonly flags: RunFlags;
  readonly issuing: Issuing;
  /** A certificate that was named by itself; null where none was. */
  readonly pair: CertificatePair | null;
  /** Null for `apply`. */
  readonly rotation: Rotation | null;
  /** The command line, for next steps. */
  readonly command: string;
  /** What is said where there is nothing to do. */
  readonly nothing: (seen: Seen) => string;
}

/** Shows the plan, asks, does it, and says what is left. */
export async function runRemote(io: Io, endWith: EndWith, request: RunRequest): Promise<void> {
  const { flags, rotation } = request;
  refuseAssumptions(flags);
  const remote = openRemote(flags, request.pair);
  const first = await remote.look();
  let asked = rotation;
  const planOf = (seen: Seen): Plan => derivePlan(seen.situation, asked);
  const plan = planOf(first);
  if (!begins(plan)) asked = begun(asked);
  const people = flags.json === true ? io.err : io.out;
  if (isDone(plan)) {
    if (flags.json === true) tellData(io, "done", plan);
    else people.line(`${people.colours.green("✓")} ${request.nothing(first)}`);
    return;
  }
  const show = (given: Plan): void => {
    if (rotation !== null) people.line(`${rotation.hostname}: ${phasesInWords(given)}\n`);
    printPlan(people, given, flags.config);
    people.line(`${countsInWords(given)}.`);
  };
  show(plan);
  if (flags.dryRun === true) {
    if (flags.json === true) tellData(io, "dry-run", plan);
    endWith(problemsOf(plan).length > 0 ? EXIT.problems : EXIT.fine);
    return;
  }
  const ask = async (): Promise<boolean> => await mayGoOn(io, flags.yes === true, request.command);
  if (!(await ask())) {
    endWith(EXIT.waiting);
    io.err.line("Nothing was done.");
    return;
  }
  const output = createRunOutput(io, Date.now);
  const unforeseen = (action: Action, anew: Plan): void => {
    output.end();
    people.line(`\nWhat follows is not what was shown before: ${describe(action)}\n`);
    show(anew);
  };
  const agreement = createAgreement(plan, unforeseen, ask);
  const stop = stopOnSignals(io);
  try {
    const ending = await runPlan({
      look: async () => {
        const seen = await remote.look();
        return {
          plan: planOf(seen),
          perform: async (action) => {
            if (action.kind === "issue-certificate") asked = begun(asked);
            const performed = await perform(
              {
                writer: remote.writer,
                mappingFile: flags.mapping,
                configurationFile: flags.config,
                certificates: flags.certificates,
                issuing: request.issuing,
                deploy: async (environment) => {
                  await wranglerDeploy(flags.config, environment, output.say);
                },
                now: () => new Date(),
              },
              seen.situation,
              seen.text,
              action,
            );
            if (typeof performed === "object" && "issued" in performed) {
              agreement.issued(performed.issued);
            }
            return performed;
          },
        };
      },
      mayDeploy: flags.deploy === true,
      mayDo: agreement.mayDo,
      patience: flags.wait,
      tell: output.tell,
      now: Date.now,
      sleep: async (ms) => {
        await delay(ms, undefined, { signal: stop.signal });
      },
      signal: stop.signal,
    });
    output.end();
    tellEnding(io, endWith, request, ending, agreement.shown());
  } finally {
    output.end();
    stop.end();
  }
}

/** Whether a plan begins a rotation; where it does not, one is under way, and at its end `--new` begins no other. */
function begins({ lanes }: Plan): boolean {
  return lanes.some(({ changes }) =>
    changes.some(({ change }) => change.kind === "issue-certificate"),
  );
}

function begun(rotation: Rotation | null): Rotation | null {
  return rotation === null ? null : { ...rotation, anew: false };
}

interface Stop {
  readonly signal: AbortSignal;
  readonly end: () => void;
}

/** The first signal ends the run between two calls; the second ends the process, which is just as safe. */
function stopOnSignals(io: Io): Stop {
  const controller = new AbortController();
  const onSignal = (): void => {
    if (controller.signal.aborted) process.exit(130);
    io.err.line("\nStopping when the call that is under way is over. Once more: at once.");
    controller.abort();
  };
  process.on("SIGINT", onSignal).on("SIGTERM", onSignal);
  return {
    signal: controller.signal,
    end: () => process.off("SIGINT", onSignal).off("SIGTERM", onSignal),
  };
}

function tellEnding(
  io: Io,
  endWith: EndWith,
  { flags, rotation, command }: RunRequest,
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

function tellData(io: Io, how: Ending["how"] | "dry-run", plan: Plan): void {
  const ok = how === "done" || how === "dry-run";
  io.out.line(JSON.stringify({ ok, ended: how, ...planAsData(plan) }, null, 2));
}
