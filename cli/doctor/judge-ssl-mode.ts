import type { SslMode } from "../observe/observed.ts";
import type { SslRule } from "../observe/zone-facts.ts";
import { good, problem, warning, type Shown } from "./diagnosis.ts";

/** What the zone's SSL mode means for pulls of the edge. `alwaysUseHttps`: null where it is not known. */
export function judgeSslMode(zone: string, mode: SslMode, alwaysUseHttps: boolean | null): Shown {
  const next = `set SSL/TLS > Overview of ${zone} to Full (strict)`;
  switch (mode) {
    case "off":
    case "flexible":
      return problem(
        `${mode}: every pull is plain http, without any certificate: nothing is protected`,
        next,
      );
    case "full":
      return warning(
        `full: the edge takes any origin certificate${
          alwaysUseHttps === true
            ? ""
            : "; and an http visitor makes an http pull, without a certificate"
        }`,
        alwaysUseHttps === true
          ? next
          : `${next}, switch "Always Use HTTPS" on, and keep port 80 of the origin closed`,
      );
    case "strict":
      return alwaysUseHttps === true
        ? good("full (strict), and every visitor uses https")
        : warning(
            "full (strict), but an http visitor makes an http pull, without a certificate",
            `switch "Always Use HTTPS" of ${zone} on; port 80 of the origin has to stay closed`,
          );
    case "origin_pull":
      return good("strict: every pull is https");
  }
}

/** What Configuration Rules mean: they set another mode, past what the zone says. */
export function judgeSslRules(rules: readonly SslRule[]): Shown {
  const weaker = rules.filter(({ ssl }) => ssl === "off" || ssl === "flexible" || ssl === "full");
  const [first] = weaker;
  if (first === undefined) return good("no Configuration Rule weakens it");
  const more = weaker.length === 1 ? "" : `, and ${weaker.length - 1} more`;
  return warning(
    `a Configuration Rule sets it to ${first.ssl} where ${first.expression}${more}`,
    "does that hold for this hostname? Then take the setting out of Rules > Configuration Rules",
  );
}
