import { checkRemote, type RemoteCheck } from "../check/check-remote.ts";
import { EXIT, type EndWith, type ExitCode } from "../manners/exit-code.ts";
import { formatFinding, type Finding } from "../manners/finding.ts";
import type { Io } from "../manners/io.ts";
import { isDone, problemsOf } from "../plan/plan.ts";
import { planAsData, printPlan } from "./plan-output.ts";
import type { RemoteFlags } from "./remote-flags.ts";
import { openRemote } from "./remote.ts";
import { sameFlags } from "./same-flags.ts";

/** `pullproof check --remote`: the mapping held against what is: both stores, the Worker, the verifiers, and the calendar. */
export async function runCheckRemote(io: Io, endWith: EndWith, flags: RemoteFlags): Promise<void> {
  const { situation } = await openRemote(io.err, flags, null).look();
  const result = checkRemote(situation);
  const exit = exitOf(result);
  endWith(exit);
  const { plan, verifiers, expiring, notes } = result;
  if (flags.json === true) {
    const ok = exit === EXIT.fine;
    const data = { ok, drift: planAsData(plan), verifiers, expiring, notes };
    io.out.line(JSON.stringify(data, null, 2));
    return;
  }
  const { green, red, yellow } = io.out.colours;
  if (!isDone(plan)) {
    printPlan(io.out, plan, flags.config);
    io.err.line(`${io.err.colours.dim("next:")} pullproof apply${sameFlags(flags)}\n`);
  }
  tell(io, red("✗"), verifiers);
  tell(io, red("✗"), expiring);
  tell(io, yellow("!"), notes);
  if (exit !== EXIT.fine) return;
  const { length } = situation.mapping.entries;
  const hostnames = length === 1 ? "1 hostname" : `${length} hostnames`;
  io.out.line(`${green("✓")} ${hostnames}: what is, is what ${flags.mapping} says`);
}

function exitOf({ plan, verifiers, expiring }: RemoteCheck): ExitCode {
  if (problemsOf(plan).length > 0) return EXIT.problems;
  if (!isDone(plan) || verifiers.length > 0) return EXIT.differs;
  return expiring.length > 0 ? EXIT.expiring : EXIT.fine;
}

function tell(io: Io, mark: string, findings: readonly Finding[]): void {
  for (const finding of findings) {
    io.out.line(`${mark} ${formatFinding(finding)}`);
    io.err.line(`  ${io.err.colours.dim("next:")} ${finding.next}`);
  }
}
