import type { LocalOptions } from "../check/check-local-twin.ts";
import type { BindingName } from "../../shared/mapping.ts";
import { STAND_IN } from "../stand-in.ts";
import { writeListTable } from "../wrangler/write-toml.ts";
import type { WranglerConfiguration } from "../wrangler/wrangler-configuration.ts";

/** A whole wrangler.toml, for where there is none. */
export function newConfiguration(
  name: string,
  main: string,
  bindings: readonly BindingName[],
): string {
  const tables = bindings.map((binding, index) =>
    writeListTable(["mtls_certificates"], { binding, certificate_id: placeholderId(index) }),
  );
  return `# The Worker on Cloudflare. Its local twin is wrangler.local.toml: the same bindings, for the local world.

name = "${name}"
main = "${main}"

# 2025-11-17 and later: ctx.exports (how the gateway reaches the Pull entrypoint, where a cache is between the two).
# 2024-09-02 and later: an origin with a port.
compatibility_date = "2026-10-01"
# A visitor who leaves is seen through request.signal: what breaks by that is no failure of the origin.
compatibility_flags = ["enable_request_signal"]

# Name each hostname of mapping.json that the Worker answers, once the zone is yours:
#
#   routes = [
#     { pattern = "shop.example.com/*", zone_name = "example.com" },
#   ]
#
# The origin hostnames must NOT be proxied by Cloudflare: a binding that is pointed at a proxied name gets 520.

# workers.dev and preview addresses are no hostnames of the mapping: every request there would be answered 421.
workers_dev = false
preview_urls = false

# One binding for each pull certificate. Ids that begin with 00000000-0000-0000-0000- are placeholders, until the
# certificate is uploaded. Bindings are not inherited by [env.*]: repeat them in each.
${tables.map((lines) => lines.join("\n")).join("\n\n")}

# One JSON line a failed pull, with the id that the visitor was shown.
[observability]
enabled = true
`;
}

/** What the local twin begins with: the same code, under the same date and flags. */
export function newTwin({ main, environments }: WranglerConfiguration, name: string): string {
  const [{ compatibilityDate, compatibilityFlags }] = environments;
  return `# The local twin of wrangler's configuration: the same Worker and the same binding names, for \`pullproof dev\`. Cloudflare
# has no local simulator for mtls_certificates, so here each binding is a service that makes a real TLS connection with
# that binding's own certificate. No routes here: with them \`wrangler dev\` rewrites every Host to the first route.

name = ${JSON.stringify(name)}
main = ${JSON.stringify(main ?? "")}
compatibility_date = ${JSON.stringify(compatibilityDate)}
compatibility_flags = ${JSON.stringify(compatibilityFlags)}
`;
}

/** The id of a certificate that is not uploaded yet: `check --deploy` refuses it. */
export function placeholderId(position: number): string {
  return `00000000-0000-0000-0000-${String(position + 1).padStart(12, "0")}`;
}

/** A name of a Worker: what a folder is called, as far as Cloudflare takes it. */
export function workerName(folder: string): string {
  const name = folder
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-+|-+$/g, "");
  return name.slice(0, 54) || "pullproof";
}

/** A service binding of the local twin. */
export function localService(
  binding: BindingName,
  options: LocalOptions,
): Readonly<Record<string, unknown>> {
  return {
    binding,
    service: STAND_IN.name,
    dev: { plugin: STAND_IN, options },
  };
}
