import { Refused, UNTOLD_CODE } from "./answer.ts";
import type { Binding, State, Worker, WorkerVersion } from "./state.ts";

/** The versions that serve now: one, or two in a gradual deployment (documented). */
export function deployedVersions(worker: Worker): readonly WorkerVersion[] {
  const ids = worker.deployments.at(-1)?.versions.map(({ version_id }) => version_id) ?? [];
  return worker.versions.filter(({ id }) => ids.includes(id));
}

/**
 * The Workers that use a certificate of the account's store. Documented: one in use cannot be deleted. Whether a version
 * that is *not* deployed counts as use nobody has told; here it does not, which is the more dangerous of the two: a
 * rollback to it then names a certificate that is gone.
 */
export function namesInUse(certificateId: string, { workers }: State): readonly string[] {
  return [...workers.values()]
    .filter((worker) => deployedVersions(worker).some((version) => names(version, certificateId)))
    .map(({ name }) => name);
}

/** Refuses an upload or a deployment that names a certificate which is not there (documented; its number nobody has told). */
export function refuseUnknownCertificates(bindings: readonly Binding[], state: State): void {
  for (const { type, name, certificate_id: id } of bindings) {
    if (type !== "mtls_certificate") continue;
    const certificate = state.accountCertificates.get(id ?? "");
    if (certificate === undefined || certificate.ca) {
      throw new Refused(400, UNTOLD_CODE, `binding ${name}: mTLS certificate ${id} was not found`);
    }
  }
}

function names({ bindings }: WorkerVersion, certificateId: string): boolean {
  return bindings.some((binding) => binding.certificate_id === certificateId);
}
