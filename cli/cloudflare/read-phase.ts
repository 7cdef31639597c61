import type { Connection } from "./connection.ts";
import type { Part } from "./endpoint.ts";
import { troubleOf } from "./trouble.ts";

/** One rule of a zone's ruleset that is switched on. */
export interface PhaseRule<Parameters> {
  /** Which requests, in Cloudflare's rules language. */
  readonly expression: string;
  readonly parameters: Parameters;
}

interface Told<Parameters> {
  readonly result?: {
    readonly rules?: readonly {
      readonly expression?: string;
      readonly enabled?: boolean;
      readonly action_parameters?: Parameters;
    }[];
  } | null;
}

/** The rules of a phase (`http_config_settings`, …) that are switched on, in their order. */
export async function readPhase<Parameters>(
  connection: Connection,
  zone: string,
  part: Part,
  phase: string,
): Promise<readonly PhaseRule<Parameters>[]> {
  const path = `/zones/${encodeURIComponent(zone)}/rulesets/phases/${phase}/entrypoint`;
  let told: Told<Parameters>;
  try {
    told = await connection.read(part, (client) => client.get<Told<Parameters>>(path));
  } catch (thrown) {
    // A zone that never had such a rule has no such ruleset.
    if (troubleOf(thrown)?.kind === "not there") return [];
    throw thrown;
  }
  return (told.result?.rules ?? []).flatMap(
    ({ expression = "", enabled, action_parameters: parameters }) =>
      enabled === false || parameters === undefined ? [] : [{ expression, parameters }],
  );
}
