import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Mapping } from "../../shared/mapping.ts";
import type { Finding } from "../manners/finding.ts";
import { readText } from "../manners/read-text.ts";
import { entriesByBinding } from "../worker-entries.ts";
import type { WranglerConfiguration } from "../wrangler/wrangler-configuration.ts";

/** Beside the Worker's entry; `npm run types` writes both. */
const FOLDER = "generated";
const MAPPING_TYPES = "mapping-bindings.ts";
const ENVIRONMENT_TYPES = "env.d.ts";
const NEXT = "npm run types";

/**
 * The generated types name the bindings that mapping and configuration name today. A stale file would have the type
 * check compare yesterday's with yesterday's, and find nothing.
 */
export function checkTypes(
  mapping: Mapping,
  { file, main, environments }: WranglerConfiguration,
): readonly Finding[] {
  const entry = readText(join(dirname(file), main ?? ""));
  // A Worker that does not ask for them has none to be stale: its bindings are proven here alone.
  if (entry.ok && !entry.value.includes(`${FOLDER}/${MAPPING_TYPES}`)) return [];
  const folder = join(dirname(file), dirname(main ?? ""), FOLDER);
  const presented = [...entriesByBinding(mapping).keys()];
  const declared = environments.flatMap(({ certificates, services }) =>
    [...certificates, ...services].map(({ binding }) => binding),
  );
  return [
    ...compare(join(folder, MAPPING_TYPES), /"(?<name>\w+)"/g, presented, "the mapping"),
    ...compare(join(folder, ENVIRONMENT_TYPES), /^\s+(?<name>\w+)\??: Fetcher\b/gm, declared, file),
  ];
}

function compare(
  file: string,
  pattern: RegExp,
  expected: readonly string[],
  source: string,
): readonly Finding[] {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    return [{ file, path: "", message: "is not there", next: NEXT }];
  }
  const found = new Set([...text.matchAll(pattern)].map((match) => match.groups?.["name"] ?? ""));
  const missing = [...new Set(expected)].filter((name) => !found.has(name));
  const leftOver = [...found].filter((name) => !expected.includes(name));
  const told = [
    ...missing.map((name) => `${name} is missing`),
    ...leftOver.map((name) => `${name} is left over`),
  ].join(", ");
  if (told === "") return [];
  return [{ file, path: "", message: `is stale beside ${source}: ${told}`, next: NEXT }];
}
