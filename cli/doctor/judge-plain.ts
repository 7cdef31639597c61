import type { PlainOutcome } from "../probe/attempt-plain.ts";
import { good, problem, warning, type Shown } from "./diagnosis.ts";

/** Whether anything answers in the clear on the port of TLS. */
export function judgePlainOnTls({ answer }: PlainOutcome): Shown {
  if (answer === null || answer.refusal !== null) return good("refused: no answer");
  // nginx: "The plain HTTP request was sent to HTTPS port".
  if (answer.status === 400)
    return good("refused with 400: a stranger sees that something is there");
  return problem(
    `LET THROUGH: answered ${answer.status} without TLS`,
    "this port must speak TLS alone: is it the application's own port?",
  );
}

/**
 * Whether the origin's port 80 is silent. In the modes Off, Flexible and Full a visitor's `http` becomes a pull by
 * `http`, which shows no certificate: whatever answers there answers everybody.
 */
export function judgePort80({ connected, answer, location, error }: PlainOutcome): Shown {
  if (!connected) return good(`closed (${error ?? "no answer"})`);
  if (answer === null) return good("something listens, and gives no answer");
  if (answer.status >= 300 && answer.status < 400 && location?.startsWith("https://") === true) {
    return warning(
      "redirects to https: nothing is given away, and nothing needs it",
      "close port 80 at the origin, and switch on Always Use HTTPS",
    );
  }
  return problem(
    `answers ${answer.status} without TLS: a pull by http shows no certificate`,
    "close port 80 at the origin, and switch on Always Use HTTPS",
  );
}
