import type { HostPattern } from "../../shared/hostname.ts";
import type { SslMode } from "../observe/observed.ts";
import type { SslRule } from "../observe/zone-facts.ts";
import { good, problem, warning, type Shown } from "./diagnosis.ts";
import { scopeOfExpression, scopeOfPattern, type Scope } from "./rule-scope.ts";

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

/**
 * What Configuration Rules and Page Rules mean for a hostname: they set another mode, past what the zone says. Nothing is
 * made of a rule that is for other hostnames alone.
 */
export function judgeSslRules(hostname: HostPattern, rules: readonly SslRule[]): Shown {
  const weaker = rules
    .filter(({ ssl }) => ssl === "off" || ssl === "flexible" || ssl === "full")
    .map((rule) => ({ ...rule, scope: scopeOf(rule, hostname) }))
    .filter(({ scope }) => scope !== "none");
  const isOpen = ({ ssl, scope }: (typeof weaker)[number]): boolean =>
    ssl !== "full" && (scope === "all" || scope === "some");
  const worst = weaker.find(isOpen) ?? weaker[0];
  if (worst === undefined) return good("no rule weakens it");
  const { by, ssl, expression } = worst;
  const more = weaker.length === 1 ? "" : `, and ${weaker.length - 1} more`;
  const where = `a ${by} sets it to ${ssl} where ${expression}${more}`;
  const menu = by === "Page Rule" ? "Rules > Page Rules" : "Rules > Configuration Rules";
  if (isOpen(worst)) {
    return problem(
      `${where}: there every pull is plain http, without any certificate`,
      `take the setting out of ${menu}, or set it to Full (strict)`,
    );
  }
  return warning(
    where,
    worst.scope === "unknown"
      ? `does that hold for ${hostname}? Then take the setting out of ${menu}`
      : `take the setting out of ${menu}, or set it to Full (strict)`,
  );
}

function scopeOf({ by, expression }: SslRule, hostname: HostPattern): Scope {
  return by === "Page Rule"
    ? scopeOfPattern(expression, hostname)
    : scopeOfExpression(expression, hostname);
}
