import type { MtlsCertificateId } from "../../shared/certificate-id.ts";
import type { Mapping } from "../../shared/mapping.ts";
import { entriesByBinding } from "../worker-entries.ts";
import type { Environment, WranglerConfiguration } from "../wrangler/wrangler-configuration.ts";
import type { CloudflareReader } from "./cloudflare-reader.ts";
import { observeRoutes } from "./observe-routes.ts";
import type { ObservedWorker } from "./observed.ts";

/** Observes the Worker of every environment that declares one of the mapping's bindings, the top level first. */
export async function observeWorkers(
  reader: CloudflareReader,
  mapping: Mapping,
  configuration: WranglerConfiguration | null,
): Promise<readonly ObservedWorker[]> {
  const bindings = entriesByBinding(mapping);
  if (bindings.size === 0 || configuration === null) return [];
  const [top, ...others] = configuration.environments;
  const declares = ({ certificates }: Environment): boolean =>
    certificates.some(({ binding }) => (bindings as ReadonlyMap<string, unknown>).has(binding));
  const wanted = [top, ...others].filter(declares);
  return await Promise.all(
    (wanted.length === 0 ? [top] : wanted).map(async ({ name, script, certificates, routes }) => {
      const deployed =
        script === ""
          ? { known: false as const, why: "wrangler's configuration has no name for it" }
          : await reader.deployment(script);
      return {
        environment: name,
        script,
        configured: Object.fromEntries(
          certificates.map(({ binding, certificateId }) => [
            binding,
            // Whatever is written there: an id that the store does not hold is one that has to be replaced.
            certificateId as MtlsCertificateId,
          ]),
        ),
        deployed,
        routes:
          deployed.known && deployed.value !== null
            ? await observeRoutes(reader, routes)
            : { known: true as const, value: [] },
      };
    }),
  );
}
