import type { Answer } from "../probe/outcome.ts";
import { good, problem, warning, type Shown } from "./diagnosis.ts";

/** What came of a visitor's request. */
export interface Visited {
  readonly answer: Answer | null;
  readonly error: string | null;
}

const LOG = "the reason stands in the Worker's log: wrangler tail, and grep";

/** What a visitor's answer says about the pull behind it. */
export function judgeThroughWorker({ answer, error }: Visited): Shown {
  if (answer === null) {
    return problem(
      `no answer (${error ?? "none"})`,
      "is the hostname routed to the Worker? wrangler deployments list, and its routes in wrangler.toml",
    );
  }
  const { status, failed, refusal } = answer;
  if (refusal !== null) {
    return problem(
      `answered ${status} with Pull-Refusal: this is the verifier's own answer, so no Worker stands before it`,
      "route the hostname to the Worker, and give the origin a name that visitors do not use",
    );
  }
  if (failed !== null) {
    return problem(`answered ${status}: the pull failed, id ${failed}`, `${LOG} ${failed}`);
  }
  const edge = EDGE_STATUSES.get(status);
  if (edge !== undefined) return problem(`answered ${status}: ${edge.means}`, edge.next);
  if (status === 421) {
    return problem(
      "answered 421: the Worker that is deployed does not know this hostname",
      "deploy the Worker with this mapping: npm run deploy",
    );
  }
  if (status >= 500) {
    return warning(`answered ${status}: the application's own`, "look at the application's log");
  }
  return good(`answered ${status}`);
}

/** Statuses that Cloudflare's edge answers in the origin's place, and what they mean for a pull. */
export const EDGE_STATUSES: ReadonlyMap<number, { readonly means: string; readonly next: string }> =
  new Map([
    [
      520,
      {
        means: "the origin ended the connection, or the binding points at a proxied name",
        next: "make the origin hostname DNS-only; does the verifier accept what is deployed? pullproof status --verifier URL",
      },
    ],
    [521, { means: "the origin refuses connections", next: "is the verifier running? ss -ltnp" }],
    [522, { means: "the origin cannot be reached", next: "does the firewall let Cloudflare in?" }],
    [523, { means: "the origin hostname leads nowhere", next: "look at its DNS record" }],
    [524, { means: "the origin took too long", next: "look at the application's log" }],
    [
      525,
      {
        means: "the handshake with the origin failed",
        next: "does the verifier accept what is deployed? pullproof status --verifier URL",
      },
    ],
    [
      526,
      {
        means: "Cloudflare does not trust the origin certificate",
        next: "a certificate of a public CA, or the Custom Origin Trust Store with cots_on_external_fetch",
      },
    ],
    [
      530,
      { means: "Cloudflare cannot resolve the origin hostname", next: "look at its DNS record" },
    ],
  ]);
