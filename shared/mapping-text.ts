import { parseMapping, type Mapping } from "./mapping.ts";
import { failed, pathTo, type Parsed, type Problem } from "./problem.ts";

/**
 * Parses a mapping file's text: strict JSON, and no key twice in one object. JSON.parse keeps the last of two equal
 * keys and says nothing, so a hostname that was pasted twice would lose its first entry unseen.
 */
export function parseMappingText(text: string): Parsed<Mapping> {
  // Editors on Windows put a byte order mark first.
  const json = text.startsWith("\uFEFF") ? text.slice(1) : text;
  if (json.trim() === "") return failed("", "empty file: expected a mapping");
  let input: unknown;
  try {
    input = JSON.parse(json);
  } catch (error) {
    return failed("", `not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  const doubled = doubledKeys(json);
  const mapping = parseMapping(input);
  const [first, ...rest] = [...doubled, ...(mapping.ok ? [] : mapping.problems)];
  return first === undefined ? mapping : { ok: false, problems: [first, ...rest] };
}

interface Level {
  readonly path: string;
  readonly keys: Set<string> | null;
  index: number;
  key: string | null;
}

// Enough to walk a text that JSON.parse has taken: strings, and what opens, closes and parts.
const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],]/g;

/** A loop over tokens and no recursion: how deep a text nests is its author's to choose. */
function doubledKeys(json: string): readonly Problem[] {
  const problems: Problem[] = [];
  const levels: Level[] = [];
  for (const { 0: token, index } of json.matchAll(TOKEN)) {
    const level = levels.at(-1);
    if (token === "{" || token === "[") {
      levels.push({
        path: pathOfChild(level),
        keys: token === "{" ? new Set() : null,
        index: 0,
        key: null,
      });
    } else if (token === "}" || token === "]") {
      levels.pop();
    } else if (level === undefined) {
      continue;
    } else if (token === ",") {
      level.index += 1;
      level.key = null;
    } else if (level.keys !== null && level.key === null) {
      const key = JSON.parse(token) as string;
      level.key = key;
      if (level.keys.has(key)) {
        const line = json.slice(0, index).split("\n").length;
        problems.push({
          path: pathTo(level.path, key),
          message: `this key stands twice (the second on line ${line})`,
        });
      }
      level.keys.add(key);
    }
  }
  return problems;
}

function pathOfChild(level: Level | undefined): string {
  if (level === undefined) return "";
  if (level.keys === null) return pathTo(level.path, level.index);
  return level.key === null ? level.path : pathTo(level.path, level.key);
}
