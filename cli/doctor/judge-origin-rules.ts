import type { Entry } from "../../shared/mapping.ts";
import type { Origin } from "../../shared/origin.ts";
import type { OriginRule } from "../observe/zone-facts.ts";
import { good, problem, warning, type Shown } from "./diagnosis.ts";
import { scopeOfExpression } from "./rule-scope.ts";

type Pulled = Pick<Entry, "hostname" | "origins">;

/**
 * Whether the edge asks for the origin hostname of the mapping, in the handshake and in Host. It asks for the visitor's
 * hostname, unless an Origin Rule says otherwise; the verifier takes a pull where both are the origin hostname.
 */
export function judgeOriginRules(
  { hostname, origins: [origin] }: Pulled,
  rules: readonly OriginRule[],
): Shown | null {
  const scoped = rules
    .map((rule) => ({ ...rule, scope: scopeOfExpression(rule.expression, hostname) }))
    .filter(({ scope }) => scope !== "none");
  const needsRule = origin.hostname !== hostname;
  const renames = scoped.filter(({ sni, host }) => sni !== null || host !== null);
  const wrong = renames.find(({ sni, host }) =>
    [sni ?? hostname, host ?? hostname].some((name) => name !== origin.hostname),
  );
  if (wrong !== undefined) {
    const { expression, scope, sni, host } = wrong;
    const names = `a pull names ${sni ?? hostname} in its handshake, and ${host ?? hostname} in Host`;
    const message = `an Origin Rule (${expression}): ${names}; the verifier waits for ${origin.hostname} in both`;
    const next = `Rules > Origin Rules: set SNI and Host header to ${origin.hostname}, or neither`;
    return scope === "unknown" ? warning(message, next) : problem(message, next);
  }
  if (needsRule && !renames.some(({ scope }) => scope === "all"))
    return withoutRule(hostname, origin);
  const moved = scoped.find(({ towards }) => towards !== null);
  if (moved?.towards === undefined || moved.towards === null) {
    return renames.length === 0 ? null : good(`Origin Rules name ${origin.hostname}`);
  }
  const port = /:(\d+)$/.exec(moved.towards)?.[1];
  return port !== undefined && Number(port) !== origin.port
    ? warning(
        `an Origin Rule sends pulls to ${moved.towards}; the mapping says port ${origin.port}`,
        `is that the verifier's port? Then write it into "origin"`,
      )
    : good(`an Origin Rule sends pulls to ${moved.towards}: the verifier has to be there`);
}

function withoutRule(hostname: string, origin: Origin): Shown {
  return problem(
    `the edge asks for ${hostname}, and the origin hostname of the mapping is ${origin.hostname}: the verifier refuses the handshake`,
    `write "origin": "https://${hostname}"; or an Origin Rule that sets SNI and Host header to ${origin.hostname}`,
  );
}
