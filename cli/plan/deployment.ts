import type { MtlsCertificateId } from "../../shared/certificate-id.ts";
import type { Fingerprint } from "../../shared/fingerprint.ts";
import type { BindingName } from "../../shared/mapping.ts";
import type { Finding } from "../manners/finding.ts";
import type { ObservedWorker } from "../observe/observed.ts";
import { entriesByBinding } from "../worker-entries.ts";
import { untilAccepted } from "./acceptance.ts";
import type { PlannedChange } from "./change.ts";
import { fingerprintOfId } from "./known-certificates.ts";
import { problem } from "./problems.ts";
import type { Situation } from "./situation.ts";

/** The last steps of a lane: a deployment with what must be true before it. */
export interface DeploymentSteps {
  readonly changes: readonly PlannedChange[];
  readonly problems: readonly Finding[];
  /** Whether they begin to present something that is not presented yet. */
  readonly starts: boolean;
}

/**
 * Deploys one environment where a deployed version presents something else. A deployment carries every binding of the
 * configuration and the whole mapping: so each of them must be accepted by then, not only the ones that changed.
 *
 * @param bindings those of one group; `certificate`: what they are to present, with its id where it is uploaded. That the
 *   verifiers accept it has been seen to; here it is the other bindings' turn.
 */
export function deployment(
  situation: Situation,
  worker: ObservedWorker,
  bindings: readonly BindingName[],
  certificate: { readonly id: MtlsCertificateId | null; readonly fingerprint: Fingerprint },
): DeploymentSteps {
  const { id } = certificate;
  const { environment, script, deployed } = worker;
  if (!deployed.known) {
    const path = environment === "" ? "" : `env.${environment}`;
    const message = `the deployed versions of ${script} cannot be seen (${deployed.why})`;
    const next = "check CLOUDFLARE_API_TOKEN: it needs Workers Scripts Read on the account";
    return { changes: [], problems: [problem(path, message, next)], starts: true };
  }
  const mine = bindings.filter((binding) => binding in worker.configured);
  if (deployed.value === null) {
    if (!isFirstToDeploy(worker, situation.observed.workers)) return NOTHING;
    return begin(situation, worker, certificate.fingerprint, mine, `${script} was never deployed`);
  }
  const { versions } = deployed.value;
  const right = versions.filter((version) =>
    mine.every((binding) => id !== null && version.bindings[binding] === id),
  );
  if (right.length === versions.length)
    return halfDone(situation, worker, certificate.fingerprint, mine);
  if (right.length === 0) {
    const why = `${script} presents another certificate in what is deployed`;
    return begin(situation, worker, certificate.fingerprint, mine, why);
  }
  const others = versions.filter((version) => !right.includes(version));
  const still = others.map((one) => `${one.id.slice(0, 8)} (${one.percentage} %)`).join(", ");
  const why = `${still} of ${script} still presents another certificate: the gradual deployment is not finished`;
  return {
    changes: [{ change: { kind: "wait-for-deployment", environment, script, why }, why }],
    problems: [],
    starts: false,
  };
}

/**
 * What a deployment that was stopped after its version has left undone: wrangler sets routes last. Where they cannot be seen
 * nothing is concluded; `plan` says so.
 */
function halfDone(
  situation: Situation,
  worker: ObservedWorker,
  fingerprint: Fingerprint,
  mine: readonly BindingName[],
): DeploymentSteps {
  const { environment, script, routes } = worker;
  if (!routes.known || mine.length === 0) return NOTHING;
  const others = routes.value.filter((one) => one.script !== null && one.script !== script);
  if (others.length > 0) {
    const path = environment === "" ? "routes" : `env.${environment}.routes`;
    const problems = others.map(({ pattern, script: other }) =>
      problem(
        path,
        `${pattern} leads to the Worker ${other}, and not to ${script}`,
        `take it from ${other} (Workers Routes in the dashboard), or out of wrangler's configuration`,
      ),
    );
    return { changes: [], problems, starts: false };
  }
  const missing = routes.value.filter((one) => one.script === null);
  if (missing.length === 0) return NOTHING;
  const named = missing.map(({ pattern }) => pattern).join(", ");
  const why = `${script} is deployed, and no Worker answers at ${named}: a deployment was stopped before its routes`;
  return { ...begin(situation, worker, fingerprint, mine, why), starts: false };
}

const NOTHING: DeploymentSteps = { changes: [], problems: [], starts: false };

/** Environments that nobody has deployed stay so; where none is deployed at all, the first one is. */
function isFirstToDeploy(worker: ObservedWorker, workers: readonly ObservedWorker[]): boolean {
  const anyDeployed = workers.some(({ deployed }) => !deployed.known || deployed.value !== null);
  return !anyDeployed && workers[0] === worker;
}

function begin(
  situation: Situation,
  worker: ObservedWorker,
  fingerprint: Fingerprint,
  mine: readonly BindingName[],
  why: string,
): DeploymentSteps {
  const { environment, script, configured } = worker;
  const carried: Record<BindingName, Fingerprint> = {};
  for (const binding of mine) carried[binding] = fingerprint;
  const empty: { readonly binding: BindingName; readonly why: string }[] = [];
  const waits: PlannedChange[] = [];
  for (const [binding, entries] of entriesByBinding(situation.mapping)) {
    if (mine.includes(binding) || !(binding in configured)) continue;
    const other = fingerprintOfId(configured[binding], situation.observed);
    if (other === null) {
      empty.push({ binding, why: "names no certificate of the account's store yet" });
      continue;
    }
    carried[binding] = other;
    waits.push(...untilAccepted(situation, entries, other));
  }
  const all = "a deployment carries every binding of the configuration";
  const holes: PlannedChange = {
    change: { kind: "wait-for-bindings", environment, script, bindings: empty },
    why: all,
  };
  const deploy = { kind: "deploy-worker", environment, script, bindings: carried } as const;
  return {
    changes: [...(empty.length === 0 ? [] : [holes]), ...waits, { change: deploy, why }],
    problems: [],
    starts: true,
  };
}
