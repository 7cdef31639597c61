import type { Finding } from "../manners/finding.ts";
import type { Environment, WranglerConfiguration } from "../wrangler/wrangler-configuration.ts";

/** From this compatibility date on `ctx.exports` is there, by which the gateway reaches the entrypoint that pulls, where it is told to. */
const EXPORTS_DATE = "2025-11-17";

/** What the Worker's code relies on: flags that must be there, one that must not, and the date behind `ctx.exports`. */
export function checkRuntime({ file, environments }: WranglerConfiguration): readonly Finding[] {
  return environments.flatMap((environment) => {
    const { path, compatibilityDate, compatibilityFlags } = environment;
    const at = (key: string): { file: string; path: string } => ({
      file,
      path: path === "" ? key : `${path}.${key}`,
    });
    const findings: Finding[] = [];
    if (compatibilityFlags.includes("global_fetch_strictly_public")) {
      findings.push({
        ...at("compatibility_flags"),
        message: "global_fetch_strictly_public makes a Worker in front of its own zone call itself",
        next: "remove it: a pull never goes through the global fetch",
      });
    }
    if (!compatibilityFlags.includes("enable_request_signal")) {
      findings.push({
        ...at("compatibility_flags"),
        message: "enable_request_signal is missing: a visitor who leaves would not end the pull",
        next: 'add "enable_request_signal" to compatibility_flags',
      });
    }
    if (!hasExports(environment)) {
      findings.push({
        ...at("compatibility_date"),
        message: `${compatibilityDate === "" ? "is missing" : `${compatibilityDate} is too early`}: the Worker needs ctx.exports`,
        next: `set compatibility_date = "${EXPORTS_DATE}" or later`,
      });
    }
    return findings;
  });
}

function hasExports({ compatibilityDate, compatibilityFlags }: Environment): boolean {
  if (compatibilityFlags.includes("disable_ctx_exports")) return false;
  // Dates of this form are in order when their text is.
  return compatibilityDate >= EXPORTS_DATE || compatibilityFlags.includes("enable_ctx_exports");
}
