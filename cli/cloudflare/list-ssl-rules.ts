import type { SslRule } from "../observe/zone-facts.ts";
import type { Connection } from "./connection.ts";
import { readPhase } from "./read-phase.ts";
import { parseSslMode } from "./read-ssl-mode.ts";

/** The zone's Configuration Rules that set an SSL mode of their own: past what the zone's setting says. */
export async function listSslRules(
  connection: Connection,
  zone: string,
): Promise<readonly SslRule[]> {
  const rules = await readPhase<{ readonly ssl?: string }>(
    connection,
    zone,
    "configuration rules",
    "http_config_settings",
  );
  return rules.flatMap(({ expression, parameters }) => {
    const ssl = parameters.ssl === undefined ? null : parseSslMode(parameters.ssl);
    return ssl === null ? [] : [{ by: "Configuration Rule" as const, expression, ssl }];
  });
}
