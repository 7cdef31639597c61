import { readFileSync } from "node:fs";
import { parseMapping, type Mapping } from "../../shared/mapping.ts";
import { parseMappingText } from "../../shared/mapping-text.ts";
import { formatProblems } from "../../shared/problem.ts";

/**
 * The mapping that an origin for tests is made from.
 *
 * @throws Error with every problem of it; or where there is none, or more than one.
 */
export function mappingOf({
  mapping,
  bindings,
}: {
  readonly mapping?: unknown;
  readonly bindings?: Readonly<Record<string, string>>;
}): Mapping {
  if ((mapping === undefined) === (bindings === undefined)) {
    throw new Error("an origin for tests is made from a mapping, or from bindings: name one");
  }
  const [name, result] =
    typeof mapping === "string"
      ? [mapping, parseMappingText(readFileSync(mapping, "utf8"))]
      : bindings === undefined
        ? ["the mapping", parseMapping(mapping)]
        : ["what the bindings say", parseMapping(documentOf(bindings))];
  if (result.ok) return result.value;
  throw new Error(`${name} does not parse:\n${formatProblems(name, result.problems)}`);
}

function documentOf(bindings: Readonly<Record<string, string>>): object {
  const hosts = new Map<string, object>();
  for (const [binding, hostname] of Object.entries(bindings)) {
    // With several hostnames at one origin a pull has to say which it is of, and such a Worker does not know how.
    if (hosts.has(hostname)) {
      throw new Error(`two bindings pull from ${hostname}: an origin for each, or a mapping`);
    }
    hosts.set(hostname, {
      origin: `https://${hostname}`,
      present: { by: "worker", binding },
      accept: { issuer: "own", certificates: [`sha256:${"0".repeat(64)}`] },
    });
  }
  const issuers = { own: { certificates: "issuer.pem" } };
  return { version: 1, issuers, hosts: Object.fromEntries(hosts) };
}
