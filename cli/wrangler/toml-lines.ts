import { parse } from "smol-toml";
import { toTable } from "./read-document.ts";

/** A line of a TOML document, its line ending included. */
export interface TomlLine {
  readonly text: string;
  /** `statement`: a key with its value, or a further line of one. */
  readonly kind: "header" | "statement" | "comment" | "blank";
  /** Of a header: `["env", "staging"]` for `[env.staging]` and for `[[env.staging]]`. */
  readonly path: readonly string[];
}

/** A comment, from its mark to the end of the line. */
export interface Comment {
  readonly text: string;
  /** Whether it has its line to itself. */
  readonly alone: boolean;
}

// What a bracket, a comment or the end of a line must not be looked for in comes first: strings (TOML 1.0, "String"; up to
// two quotation marks may stand before the closing three), then comments.
const TOKEN =
  /"""(?:\\[^]|[^\\])*?"{3,5}|'''[^]*?'{3,5}|"(?:\\.|[^"\\\n])*"|'[^'\n]*'|#[^\r\n]*|[[\]{}]|\n/g;

/** Splits a document that is known to parse into its lines. */
export function readTomlLines(text: string): readonly TomlLine[] {
  const starts = new Set([0]);
  let depth = 0;
  for (const { 0: token, index } of text.matchAll(TOKEN)) {
    if (token === "[" || token === "{") depth += 1;
    else if (token === "]" || token === "}") depth -= 1;
    else if (token === "\n" && depth === 0) starts.add(index + 1);
  }
  let at = 0;
  return text.split(/(?<=\n)/).map((line) => {
    const start = at;
    at += line.length;
    return toLine(line, starts.has(start));
  });
}

/** All comments of a document that is known to parse, in their order. */
export function tomlComments(text: string): readonly Comment[] {
  return [...text.matchAll(TOKEN)].flatMap(({ 0: token, index }) =>
    token.startsWith("#")
      ? [{ text: token.trimEnd(), alone: /(?:^|\n)[ \t]*$/.test(text.slice(0, index)) }]
      : [],
  );
}

function toLine(text: string, startsHere: boolean): TomlLine {
  const content = text.trim().replace(/^\uFEFF/, "");
  if (!startsHere) return { text, kind: "statement", path: [] };
  if (content === "") return { text, kind: "blank", path: [] };
  if (content.startsWith("#")) return { text, kind: "comment", path: [] };
  if (!content.startsWith("[")) return { text, kind: "statement", path: [] };
  return { text, kind: "header", path: headerPath(content) };
}

/** A header parsed by itself is a document of one table within the other: keys may be quoted, dots may stand within them. */
function headerPath(header: string): readonly string[] {
  const path: string[] = [];
  let value: unknown = parse(header);
  for (;;) {
    const [entry] = Object.entries(toTable(Array.isArray(value) ? value[0] : value));
    if (entry === undefined) return path;
    path.push(entry[0]);
    [, value] = entry;
  }
}
