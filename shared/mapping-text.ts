import { parseMapping, type Mapping } from "./mapping.ts";
import { parsedUnless, type Parsed } from "./problem.ts";
import { readJson } from "./strict-json.ts";

/** Parses a mapping file's text: strict JSON, and no key twice in one object. */
export function parseMappingText(text: string): Parsed<Mapping> {
  const read = readJson(text, "a mapping");
  if (!read.ok) return read;
  const { value: input, doubled } = read.value;
  const mapping = parseMapping(input);
  if (mapping.ok) return parsedUnless(doubled, () => mapping.value);
  return { ok: false, problems: [...mapping.problems, ...doubled] };
}
