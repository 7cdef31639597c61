import { setTimeout as delay } from "node:timers/promises";
import type { CertificatePair } from "../certificates/find-pairs.ts";
import type { Issuing } from "../apply/hands.ts";
import { perform } from "../apply/perform.ts";
import { runPlan } from "../apply/run-plan.ts";
import { wranglerDeploy } from "../apply/wrangler-deploy.ts";
import { EXIT, type EndWith } from "../manners/exit-code.ts";
import type { Io } from "../manners/io.ts";
import type { Action } from "../plan/change.ts";
import { describe } from "../plan/describe.ts";
import { derivePlan } from "../plan/derive-plan.ts";
import { isDone, problemsOf, type Plan } from "../plan/plan.ts";
import type { Rotation } from "../plan/situation.ts";
import { createAgreement } from "./agreement.ts";
import { mayGoOn } from "./confirm.ts";
import { countsInWords, phasesInWords, printPlan } from "./plan-output.ts";
import { refuseAssumptions } from "./remote-flags.ts";
import { openRemote, type Seen } from "./remote.ts";
import { tellData, tellEnding, type EndedRun } from "./run-ending.ts";
import { createRunOutput } from "./run-output.ts";
import { stopOnSignals } from "./stop-on-signals.ts";

/** What a command that changes something was asked for. */
export interface RunRequest extends EndedRun {
  readonly issuing: Issuing;
  /** A certificate that was named by itself; null where none was. */
  readonly pair: CertificatePair | null;
  /** What is said where there is nothing to do. */
  readonly nothing: (seen: Seen) => string;
}

/** Shows the plan, asks, does it, and says what is left. */
export async function runRemote(io: Io, endWith: EndWith, request: RunRequest): Promise<void> {
  const { flags, rotation } = request;
  refuseAssumptions(flags);
  // Before the run there is nothing that a line of its own could break; during it, its line that turns.
  let tellPause = (text?: string): void => io.err.line(text);
  const pauses = { ...io.err, line: (text?: string) => tellPause(text) };
  const remote = openRemote(pauses, flags, request.pair);
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
  tellPause = (text = "") => output.say(`${text}\n`);
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
