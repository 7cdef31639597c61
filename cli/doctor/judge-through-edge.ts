import type { HostPattern } from "../../shared/hostname.ts";
import { good, problem, warning, type Shown } from "./diagnosis.ts";
import { EDGE_STATUSES, type Visited } from "./judge-through-worker.ts";

/** What a visitor's answer says about the edge's own pull behind it. */
export function judgeThroughEdge(hostname: HostPattern, { answer, error }: Visited): Shown {
  if (answer === null) {
    return problem(
      `no answer (${error ?? "none"})`,
      `does ${hostname} lead to Cloudflare, and has the edge a certificate for it? SSL/TLS > Edge Certificates`,
    );
  }
  const { status, refusal } = answer;
  if (refusal !== null) {
    return problem(
      `answered ${status}, Pull-Refusal ${refusal}: the verifier refused what the edge presented`,
      `the reason stands in the verifier's log: grep ${refusal}; pullproof status --verifier URL`,
    );
  }
  // Which of the two a refusal without an answer becomes is documented nowhere.
  if (status === 520 || status === 525) {
    return problem(
      `answered ${status}: the origin ended the connection, as the verifier does where no certificate is shown`,
      "which level is in force? pullproof doctor says so with CLOUDFLARE_API_TOKEN; pullproof status --verifier URL",
    );
  }
  if (status === 526) {
    return problem(
      "answered 526: the edge does not trust the origin certificate (Full (strict))",
      "a certificate of a public CA or of Cloudflare's Origin CA; Universal SSL is the edge's own, for visitors",
    );
  }
  const edge = EDGE_STATUSES.get(status);
  if (edge !== undefined) return problem(`answered ${status}: ${edge.means}`, edge.next);
  if (status >= 500) {
    return warning(`answered ${status}: the application's own`, "look at the application's log");
  }
  return good(`answered ${status}`);
}
