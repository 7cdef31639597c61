import type { Mapping } from "../../shared/mapping.ts";
import { checkBindings } from "../check/check-bindings.ts";
import { checkOrigins } from "../check/check-origins.ts";
import { checkRuntime } from "../check/check-runtime.ts";
import { refuseIfAny } from "../manners/failure.ts";
import { required } from "../manners/required.ts";
import { readWranglerConfiguration } from "../wrangler/wrangler-configuration.ts";

/**
 * Looks once more at what wrangler is about to deploy: what `check --deploy` says of that environment.
 *
 * @throws {Failure} with everything that is wrong; nothing has been deployed then.
 */
export function vetDeployment(
  mapping: Mapping,
  mappingFile: string,
  configurationFile: string,
  environment: string,
): void {
  const all = required(
    configurationFile,
    readWranglerConfiguration(configurationFile),
    "correct it",
  );
  const one = all.environments.find(({ name }) => name === environment);
  if (one === undefined) throw new Error(`planned to deploy ${environment}, which is not there`);
  const configuration = { ...all, environments: [one] } as const;
  refuseIfAny([
    ...checkRuntime(configuration),
    ...checkBindings(mapping, configuration, true),
    ...checkOrigins(mapping, mappingFile, configuration),
  ]);
}
