import type { Accept } from "../../shared/mapping.ts";
import type { PullOutcome } from "../probe/outcome.ts";
import { good, problem, warning, type ProbeName, type Shown } from "./diagnosis.ts";

/**
 * Statuses by which servers refuse a pull that is not theirs: nginx's 400 without a certificate (and 495, 496 in its log
 * and error pages), 403, and 421 (RFC 9110 15.5.20).
 */
const REFUSING: ReadonlySet<number> = new Set([400, 403, 421, 495, 496]);

/** Of these, report mode lets pass, marked for the application; a wrong name or Host it refuses like any other. */
const LET_THROUGH_IN_REPORT_MODE: ReadonlySet<ProbeName> = new Set([
  "no-certificate",
  "another-hostname",
  "another-issuer",
]);

/** Whether a wrong pull was refused, as it should be. */
export function judgeWrongPull(
  probe: ProbeName,
  outcome: PullOutcome,
  mode: Accept["mode"],
): Shown {
  const { answer, error, connected } = outcome;
  if (!connected) return problem(`no connection (${error ?? "no reason"})`, UNREACHABLE);
  if (answer === null) return good("refused: no answer");
  if (answer.refusal !== null) return good(`refused with ${answer.status}`);
  if (REFUSING.has(answer.status)) {
    const by = answer.server === null ? "" : ` by ${answer.server}`;
    return good(`refused with ${answer.status}${by}: a stranger sees that something is there`);
  }
  if (mode !== "enforce" && LET_THROUGH_IN_REPORT_MODE.has(probe)) {
    return warning(
      `answered ${answer.status}: report mode lets it through until ${mode.report}`,
      "see whom enforcing would refuse, then enforce: pullproof status --verifier URL",
    );
  }
  return problem(`LET THROUGH: answered ${answer.status}`, nextFor(probe));
}

/** For whatever cannot be reached at all. */
export const UNREACHABLE =
  "is the verifier running, and does the firewall let you through? ss -ltnp";

function nextFor(probe: ProbeName): string {
  switch (probe) {
    case "another-hostname":
      return "the origin trusts the issuer and looks no further: put the verifier, or pullproof render's configuration, in front";
    case "another-host":
      return "the origin answers for names that the certificate was not judged for: hold SNI against Host, as the verifier does";
    default:
      return "the origin answers whoever finds its address: put the verifier, or pullproof render's configuration, in front";
  }
}
