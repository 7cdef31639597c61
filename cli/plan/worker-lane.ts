import type { MtlsCertificateId } from "../../shared/certificate-id.ts";
import type { Fingerprint } from "../../shared/fingerprint.ts";
import type { BindingName } from "../../shared/mapping.ts";
import { pathTo } from "../../shared/problem.ts";
import type { Finding } from "../manners/finding.ts";
import type { ObservedVersion, ObservedWorker } from "../observe/observed.ts";
import type { WorkerEntry } from "../worker-entries.ts";
import { untilAccepted } from "./acceptance.ts";
import type { PlannedChange } from "./change.ts";
import { deployment } from "./deployment.ts";
import { bindingsOf, type Group } from "./group.ts";
import { fileOf, inAccount } from "./known-certificates.ts";
import { deployedVersions } from "./presenting.ts";
import { noFiles, problem, unseen } from "./problems.ts";
import type { Situation } from "./situation.ts";
import { NO_STEPS, steps, stuck, type Steps } from "./steps.ts";
import { short } from "./words.ts";

/**
 * Brings a certificate to where Workers present it: accepted by every verifier, in the account's store, under the bindings
 * of every environment, deployed. In this order, because whoever deploys the configuration by hand deploys what it says.
 */
export function workerSteps(situation: Situation, group: Group, fingerprint: Fingerprint): Steps {
  const entries = group.entries.filter((entry) => entry.present.by === "worker") as WorkerEntry[];
  const [first] = entries;
  if (first === undefined) return NO_STEPS;
  const { observed } = situation;
  if (!observed.account.known) {
    const { why } = observed.account;
    return stuck(unseen(first.hostname, "the account's store", why));
  }
  const bindings = bindingsOf(group);
  const undeclared = undeclaredBindings(bindings, observed.workers);
  if (undeclared.length > 0) return stuck(...undeclared);

  const id = inAccount(fingerprint, observed)?.id ?? null;
  const settings = observed.workers.flatMap((worker) =>
    bindings.flatMap((binding) => setting(worker, binding, id, fingerprint)),
  );
  const deployments = observed.workers
    .filter((worker) => bindings.some((binding) => binding in worker.configured))
    .map((worker) => deployment(situation, worker, bindings, { id, fingerprint }));
  const changes = [...settings, ...deployments.flatMap((one) => one.changes)];
  if (changes.length === 0) {
    return { changes, problems: deployments.flatMap(({ problems }) => problems) };
  }
  const upload = uploadToAccount(situation, first, fingerprint);
  const isPresented = settings.length === 0 && deployments.every(({ starts }) => !starts);
  return {
    changes: [
      ...(isPresented ? [] : untilAccepted(situation, entries, fingerprint)),
      ...upload.changes,
      ...(upload.problems.length > 0 ? [] : changes),
    ],
    problems: [...upload.problems, ...deployments.flatMap(({ problems }) => problems)],
  };
}

/** Brings a certificate into the account's store, where nothing presents it yet. */
export function uploadToAccount(
  { observed }: Situation,
  { hostname }: WorkerEntry,
  fingerprint: Fingerprint,
): Steps {
  if (inAccount(fingerprint, observed) !== null) return NO_STEPS;
  const file = fileOf(fingerprint, observed);
  if (file === null) return stuck(noFiles(hostname, fingerprint));
  const day = new Date(file.certificate.notBefore).toISOString().slice(0, 10);
  return steps({
    change: { kind: "upload-account-certificate", fingerprint, name: `${hostname}-${day}` },
    why: `the account's store does not hold ${short(fingerprint)} yet`,
  });
}

function setting(
  { environment, configured }: ObservedWorker,
  binding: BindingName,
  to: MtlsCertificateId | null,
  fingerprint: Fingerprint,
): readonly PlannedChange[] {
  const from = configured[binding];
  if (from === undefined || from === to) return [];
  return [
    {
      change: { kind: "set-binding", environment, binding, from, to, fingerprint },
      why: `the mapping presents ${short(fingerprint)} under ${binding}, and the configuration names another id`,
    },
  ];
}

function undeclaredBindings(
  bindings: readonly BindingName[],
  workers: readonly ObservedWorker[],
): readonly Finding[] {
  return bindings.flatMap((binding) => {
    const declared = workers.some(({ configured }) => binding in configured);
    const lacking = declared
      ? workers.filter((worker) => !(binding in worker.configured) && isDeployed(worker))
      : workers.slice(0, 1);
    return lacking.map(({ environment }) =>
      problem(
        environment === ""
          ? "mtls_certificates"
          : `${pathTo("env", environment)}.mtls_certificates`,
        `wrangler's configuration declares no binding ${binding}, which the mapping names`,
        "pullproof check",
      ),
    );
  });
}

function isDeployed(worker: ObservedWorker): boolean {
  const versions: readonly ObservedVersion[] = deployedVersions(worker);
  return versions.length > 0;
}
