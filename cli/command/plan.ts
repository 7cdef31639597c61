import { Command } from "commander";
import { EXIT, type EndWith } from "../manners/exit-code.ts";
import type { Io } from "../manners/io.ts";
import { derivePlan } from "../plan/derive-plan.ts";
import { isDone, problemsOf, type Plan } from "../plan/plan.ts";
import { sameFlags } from "./same-flags.ts";
import { countsInWords, planAsData, printPlan } from "./plan-output.ts";
import { addRemoteFlags, refuseAssumptions, type RemoteFlags } from "./remote-flags.ts";
import { openRemote } from "./remote.ts";

interface PlanFlags extends RemoteFlags {
  readonly detailedExitcode?: boolean;
}

const ABOUT = `
Looks at both of Cloudflare's stores, the Worker's deployed versions, wrangler's configuration
and the live verifiers, and says what apply would do, in which order, and why. Changes nothing.
Where the edge presents for every hostname there is no Worker, and no configuration is read.

Needs CLOUDFLARE_API_TOKEN and CLOUDFLARE_ACCOUNT_ID; PULLPROOF_ADMIN_TOKEN where a verifier asks for one.

Examples:
  pullproof plan --verifier http://127.0.0.1:9464
  pullproof plan --json --detailed-exitcode

Exits 0, or with --detailed-exitcode 5 where there is something to do (2 would be a wrong
command line); 1 where something is wrong that only you can put right.`;

/** `pullproof plan`: what `apply` would do. */
export function planCommand(io: Io, endWith: EndWith): Command {
  return addRemoteFlags(
    new Command("plan").description(
      "say what would bring Cloudflare and the Worker to the mapping, and why",
    ),
  )
    .option("--detailed-exitcode", "exit 5 where there is something to do")
    .addHelpText("after", ABOUT)
    .action(async (flags: PlanFlags) => {
      refuseAssumptions(flags);
      const { situation } = await openRemote(io.err, flags, null).look();
      const plan = derivePlan(situation, null);
      for (const { script, routes } of situation.observed.workers)
        if (!routes.known)
          io.err.line(
            `${io.err.colours.yellow("!")} whether the routes of ${script} are there is not known: ${routes.why}`,
          );
      endWith(exitOf(plan, flags.detailedExitcode === true));
      if (flags.json === true) {
        io.out.line(
          JSON.stringify({ ok: problemsOf(plan).length === 0, ...planAsData(plan) }, null, 2),
        );
        return;
      }
      if (isDone(plan)) {
        io.out.line(
          `${io.out.colours.green("✓")} nothing to do: what is, is what ${flags.mapping} says`,
        );
        return;
      }
      printPlan(io.out, plan, flags.config);
      io.out.line(`${countsInWords(plan)}.`);
      io.err.line(`${io.err.colours.dim("next:")} pullproof apply${sameFlags(flags)}`);
    });
}

function exitOf(plan: Plan, detailed: boolean): (typeof EXIT)["fine" | "problems" | "differs"] {
  if (problemsOf(plan).length > 0) return EXIT.problems;
  return detailed && !isDone(plan) ? EXIT.differs : EXIT.fine;
}
