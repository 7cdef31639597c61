import { SECRET_KEPT, type PullOutcome } from "../probe/outcome.ts";
import { good, problem, warning, type Shown } from "./diagnosis.ts";
import { UNREACHABLE } from "./judge-wrong-pull.ts";

/**
 * Whether the entry's own certificate gets an answer of the application's.
 *
 * @param asksMore whether the entry asks for more than the certificate: this machine has none of Cloudflare's addresses, and
 *   perhaps neither the secret nor a token, and a refusal says nothing of the certificate then.
 */
export function judgeGoodPull(outcome: PullOutcome, asksMore: boolean): Shown {
  const { answer, error, connected, milliseconds } = outcome;
  if (!connected) return problem(`no connection (${error ?? "no reason"})`, UNREACHABLE);
  if (answer === null && error === SECRET_KEPT)
    return problem(
      error,
      "is it the right address? Then name the CA of its certificate: --origin-ca FILE",
    );
  if (answer === null) {
    return problem(
      `refused without an answer (${error ?? "the connection ended"})`,
      "the verifier's log names the reason for this address: is its mapping this one? pullproof check, then reload it",
    );
  }
  const took = `${Math.round(milliseconds)} ms`;
  if (answer.refusal !== null && answer.status === 403 && asksMore) {
    return warning(
      `refused with 403, Pull-Refusal ${answer.refusal}: the entry asks for more than a certificate (accept.also)`,
      `which of them it was stands in the verifier's log: grep ${answer.refusal}; a secret can be sent, and a token of Access: --secret-file FILE, --token-file FILE`,
    );
  }
  if (answer.refusal !== null && answer.status < 500) {
    return problem(
      `REFUSED with ${answer.status}, Pull-Refusal ${answer.refusal}`,
      `the reason stands in the verifier's log: grep ${answer.refusal}`,
    );
  }
  if (answer.refusal !== null) {
    return problem(
      `accepted, but the application did not answer (${answer.status}, Pull-Refusal ${answer.refusal})`,
      "is the application running, and where the verifier looks for it? ss -ltnp",
    );
  }
  if (answer.status === 400 || answer.status === 403 || answer.status === 421) {
    return warning(
      `answered ${answer.status} in ${took}: the application's own, or is it refused by a server in between?`,
      "probe a path that the application answers with 200: health in its entry of the mapping",
    );
  }
  return good(`answered ${answer.status} in ${took}`);
}

/** Whether a session that the good pull was handed is taken up again; `again` is the attempt that offered it. */
export function judgeResumedSession(again: PullOutcome, tlsVersion: string): Shown {
  if (again.handshake?.resumed !== true) return good("its session is not taken up again");
  const answered = again.answer === null ? "" : `, and answered ${again.answer.status}`;
  return problem(
    `its ${tlsVersion} session is taken up again${answered}: a resumed session shows no certificate`,
    "switch session tickets and caches off at the origin, as the verifier and pullproof render do",
  );
}
