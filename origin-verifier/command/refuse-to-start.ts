import { environmentProblems, SUPPORTED_NODE, thisProcess } from "../environment.ts";
import { profileProblems } from "../profile/engine.ts";
import type { Profile } from "../profile/profile.ts";
import { UnsafeListener } from "../listener/guarded-server.ts";
import type { VerifierRefusesToStart } from "../origin-verifier.ts";

/** Says on stderr why the verifier does not start, and sets the exit code. */
export function refuseToStart(why: string): void {
  process.stderr.write(`origin-verifier does not start:${why.startsWith("\n") ? "" : " "}${why}\n`);
  process.exitCode = 1;
}

/** Whether this process is none in which the verifier starts with a profile; then stderr says why. */
export function refusesThisProcess(profile: Profile): boolean {
  const unfit = environmentProblems(thisProcess());
  const problems = [...unfit, ...profileProblems(profile)];
  if (problems.length === 0) return false;
  const next =
    unfit.length === 0
      ? "node --version; or origin-verifier ... --profile modern"
      : `env -u NODE_OPTIONS -u OPENSSL_CONF origin-verifier ..., on Node ${SUPPORTED_NODE}`;
  refuseToStart(`\n${problems.join("\n")}\nnext: ${next}`);
  return true;
}

/** The next step where a file is at fault: `pullproof check` looks into the mapping, and at none that a flag names. */
export function nextFor({ problems }: VerifierRefusesToStart, mapping: string): string {
  return problems.some(({ file }) => file === mapping)
    ? "pullproof check, where the mapping is made"
    : "correct what is named here, and start it again; origin-verifier --help has the flags";
}

/** Why it cannot listen, with the next step. */
export function listenFailure(error: unknown): string {
  return error instanceof UnsafeListener ? unsafe(error) : busy(error as NodeJS.ErrnoException);
}

function unsafe({ message }: UnsafeListener): string {
  return `its own listener is not safe:\n${message}\nnext: start it with an unchanged Node (node --version), without NODE_OPTIONS`;
}

function busy(error: NodeJS.ErrnoException & { address?: string; port?: number }): string {
  const where = `${error.address ?? ""}:${error.port ?? ""}`;
  switch (error.code) {
    case "EADDRINUSE":
      return `${where} is taken by another process\nnext: stop that one (ss -ltnp), or name another address with --listen or --admin`;
    case "EACCES":
      return `${where} may not be opened by this user\nnext: name a port of 1024 or above with --listen, or give the process CAP_NET_BIND_SERVICE`;
    case "EADDRNOTAVAIL":
      return `${where} is no address of this machine\nnext: name one of its own with --listen or --admin`;
    case "ENOTSUP":
      return `${where} cannot be shared by several processes on this system\nnext: start it without --workers, or on Linux`;
    default:
      return `${error.message}\nnext: origin-verifier --help`;
  }
}
