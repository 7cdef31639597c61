import type { Problem } from "../../shared/problem.ts";
import { certificatesPath, type RenderFacts } from "./facts.ts";
import { isWildcard } from "../../shared/hostname.ts";
import { SERVER_PROMISES } from "./promises.ts";
import type { Shortcoming } from "./rendering.ts";

/** Report mode closes by itself: a server that cannot read the clock cannot have it. */
export function noReportMode(facts: RenderFacts, server: string): readonly Problem[] {
  return facts.origins.flatMap(({ reportUntil, path }) =>
    reportUntil === null
      ? []
      : [
          {
            path: `${path}.accept.mode`,
            message: `${server} has no report mode that ends by itself: write enforce, or render nginx, haproxy, caddy or apache`,
          },
        ],
  );
}

/** One exact hostname each, where a server cannot hold what the Worker says against a list. */
export function oneHostname(facts: RenderFacts, server: string): readonly Problem[] {
  return facts.origins.flatMap(({ hostnames, path, originHostname }) =>
    hostnames.length === 1 && !isWildcard(hostnames[0])
      ? []
      : [
          {
            path,
            message: `${server} cannot tell several hostnames of ${originHostname} apart: give each an origin hostname of its own`,
          },
        ],
  );
}

/** Where a server knows issuers alone, the operator has to say that that is enough. */
export function anyOfIssuer(facts: RenderFacts, server: string): readonly Problem[] {
  if (facts.anyOfIssuer) return [];
  return facts.origins.flatMap((origin) =>
    origin.issuer.shared
      ? []
      : [
          {
            path: certificatesPath(origin),
            message: `${server} knows issuers alone, and would accept every certificate of ${JSON.stringify(origin.issuer.name)} here: give the entry an issuer that signs nothing else, and say --any-of-issuer`,
          },
        ],
  );
}

/**
 * A word for every promise that a server without a binary here is not said to break: what is written for some, and of all the
 * others that nothing is.
 *
 * @param written by the numbers of promises, with spaces between.
 */
export function untriedOf(
  shortcomings: readonly Shortcoming[],
  written: Readonly<Record<string, string>>,
): readonly Shortcoming[] {
  const meant = Object.entries(written).map(([numbers, why]) => ({
    promises: numbers.split(" "),
    why,
  }));
  const told = new Set([...shortcomings, ...meant].flatMap(({ promises }) => promises));
  const rest = SERVER_PROMISES.filter((number) => !told.has(number));
  const why = "Nothing is written for these: what comes of them is the server's own affair.";
  return rest.length === 0 ? meant : [...meant, { promises: rest, why }];
}
