import { failed, onOneLine, pathTo, type Parsed, type Problem } from "./problem.ts";

/** What a text says that is JSON, and each key that stands twice in one object. */
export interface ReadJson {
  readonly value: unknown;
  readonly doubled: readonly Problem[];
}

/**
 * Parses JSON, a byte order mark before it allowed. JSON.parse keeps the last of two equal keys and says nothing, so what was
 * pasted twice would lose its first writing unseen.
 */
export function readJson(text: string, expected: string): Parsed<ReadJson> {
  // Editors on Windows put a byte order mark first.
  const json = text.startsWith("\uFEFF") ? text.slice(1) : text;
  if (json.trim() === "") return failed("", `empty file: expected ${expected}`);
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    // The engine quotes from the text, line breaks and all.
    const message = error instanceof Error ? error.message : String(error);
    return failed("", `not JSON: ${onOneLine(message.replaceAll(/\s+/g, " "))}`);
  }
  return { ok: true, value: { value, doubled: doubledKeys(json) } };
}

interface Level {
  readonly path: string;
  readonly keys: Set<string> | null;
  index: number;
  key: string | null;
}

/**
 * Walks a text that JSON.parse has taken, so only strings and what opens, closes and parts are looked at. A loop and
 * no recursion, nor a regular expression over whole strings: neither depth nor length of a text overflows a stack.
 */
function doubledKeys(json: string): readonly Problem[] {
  const problems: Problem[] = [];
  const levels: Level[] = [];
  let line = 1;
  for (let at = 0; at < json.length; at += 1) {
    const character = json[at];
    const level = levels.at(-1);
    if (character === "\n") {
      line += 1;
    } else if (character === "{" || character === "[") {
      const keys = character === "{" ? new Set<string>() : null;
      levels.push({ path: pathOfChild(level), keys, index: 0, key: null });
    } else if (character === "}" || character === "]") {
      levels.pop();
    } else if (character === "," && level !== undefined) {
      level.index += 1;
      level.key = null;
    } else if (character === '"') {
      const end = endOfString(json, at);
      if (level?.keys && level.key === null) {
        level.key = JSON.parse(json.slice(at, end)) as string;
        if (level.keys.has(level.key)) {
          const message = `this key stands twice (the second on line ${line})`;
          problems.push({ path: pathTo(level.path, level.key), message });
        }
        level.keys.add(level.key);
      }
      at = end - 1;
    }
  }
  return problems;
}

function endOfString(json: string, start: number): number {
  let at = start + 1;
  while (json[at] !== '"') at += json[at] === "\\" ? 2 : 1;
  return at + 1;
}

function pathOfChild(level: Level | undefined): string {
  if (level === undefined) return "";
  if (level.keys === null) return pathTo(level.path, level.index);
  return level.key === null ? level.path : pathTo(level.path, level.key);
}
