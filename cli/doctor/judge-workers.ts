import type { HostPattern } from "../../shared/hostname.ts";
import type { WorkerBefore } from "../observe/zone-facts.ts";
import { good, problem, warning, type Shown } from "./diagnosis.ts";

/**
 * What a Worker in front of a hostname means where the edge presents. Its own `fetch` to the zone it runs in goes to the
 * origin, past its own route; whether such a pull carries the certificate of Authenticated Origin Pulls is documented nowhere.
 */
export function judgeWorkersBefore(workers: readonly WorkerBefore[]): Shown | null {
  const own = workers.find(({ route }) => route === null);
  if (own !== undefined) {
    return problem(
      `it is a custom domain of the Worker ${own.script}: the Worker is its origin, and the edge pulls from nowhere`,
      'let the Worker pull: "present": { "by": "worker", … }; or take the custom domain away',
    );
  }
  const [first] = workers;
  if (first === undefined) return null;
  const more = workers.length === 1 ? "" : `, and ${workers.length - 1} more`;
  return warning(
    `the Worker ${first.script} answers ${first.route}${more} before the origin: its fetch() to this zone is pulled by the edge, with which certificate is not known, because it is documented nowhere; an mTLS binding of it gets 520 here`,
    "let a visitor ask, then see what arrived: pullproof status --verifier URL",
  );
}

/** Whether visitors of a hostname that a Worker presents for get to a Worker at all. */
export function judgeWorkerRoute(hostname: HostPattern, workers: readonly WorkerBefore[]): Shown {
  const [first] = workers;
  if (first === undefined) {
    return problem(
      `neither a route nor a custom domain leads ${hostname} to a Worker`,
      `add it to "routes" in wrangler.toml, and deploy: npm run deploy`,
    );
  }
  return good(
    first.route === null
      ? `a custom domain of the Worker ${first.script}`
      : `${first.route} leads to the Worker ${first.script}`,
  );
}
