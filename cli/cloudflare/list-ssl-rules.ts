import type { SslMode } from "../observe/observed.ts";
import type { SslRule } from "../observe/zone-facts.ts";
import type { Connection } from "./connection.ts";
import { parseSslMode } from "./read-ssl-mode.ts";
import { troubleOf } from "./trouble.ts";

interface Told {
  readonly result?: {
    readonly rules?: readonly {
      readonly expression?: string;
      readonly enabled?: boolean;
      readonly action_parameters?: { readonly ssl?: string };
    }[];
  } | null;
}

/** The zone's Configuration Rules that set an SSL mode of their own: past what the zone's setting says. */
export async function listSslRules(
  connection: Connection,
  zone: string,
): Promise<readonly SslRule[]> {
  const path = `/zones/${encodeURIComponent(zone)}/rulesets/phases/http_config_settings/entrypoint`;
  let told: Told;
  try {
    told = await connection.read("configuration rules", (client) => client.get<Told>(path));
  } catch (thrown) {
    // A zone that never had such a rule has no such ruleset.
    if (troubleOf(thrown)?.kind === "not there") return [];
    throw thrown;
  }
  return (told.result?.rules ?? []).flatMap(
    ({ expression = "", enabled, action_parameters: set }) => {
      const mode: SslMode | null = set?.ssl === undefined ? null : parseSslMode(set.ssl);
      return enabled === false || mode === null ? [] : [{ expression, ssl: mode }];
    },
  );
}
