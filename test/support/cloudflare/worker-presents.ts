import type { Fingerprint } from "../../../shared/fingerprint.ts";
import type { WorkerDeployment } from "./state.ts";
import type { World } from "./world.ts";

/**
 * What a Worker's binding may present now, for tests that ask whether the origin accepts it: what every version of the
 * deployment binds, and of the one before it until the new one is everywhere (documented: a deployment spreads within
 * seconds, and not at once). `none` for a version without the binding, or whose certificate is gone.
 */
export function workerPresents(
  script: string,
  binding: string,
  { state, clock, timings }: Pick<World, "state" | "clock" | "timings">,
): readonly (Fingerprint | "none")[] {
  const worker = state.workers.get(script);
  const [newest, before] = worker?.deployments.toReversed() ?? [];
  if (worker === undefined || newest === undefined) return [];
  const isEverywhere = clock.now() - newest.createdAt >= timings.deploying;
  const standing = isEverywhere || before === undefined ? [newest] : [newest, before];
  const found = standing.flatMap(({ versions }: WorkerDeployment) =>
    versions.map(({ version_id: id }) => {
      const version = worker.versions.find((one) => one.id === id);
      const bound = version?.bindings.find(({ name }) => name === binding);
      return state.accountCertificates.get(bound?.certificate_id ?? "")?.fingerprint ?? "none";
    }),
  );
  return [...new Set(found)];
}
