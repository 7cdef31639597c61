/** One import of a module. */
export interface Import {
  /** What is imported, as it is written; null where the name is computed. */
  readonly specifier: string | null;
  readonly line: number;
}

/** A module's text, as far as its imports and its words can be seen without a parser. */
export interface Module {
  readonly imports: readonly Import[];
  /** The text without what comments, strings and regular expressions hold, line for line. */
  readonly code: string;
}

// Comments, strings, templates and regular expressions: whatever could look like code and is none. A slash begins a
// regular expression where no value can stand before it.
const NOT_CODE =
  /\/\*[\s\S]*?\*\/|\/\/[^\n]*|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\[\s\S]|[^`\\])*`|(?<=[=(,:?!&|[{};>\n]\s*|\breturn\s+)\/(?![*/])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\/[a-z]*/g;

// Strings stand as their number in quotes. `import type`, `export * from` and `import("...").Type` count like all others.
const IMPORT =
  /\b(?:import|export)\b[\w$*{}\s,]*\bfrom\s*"(\d+)"|\bimport\s*"(\d+)"|(?<![.\w$])(?:import|require)\s*\(\s*(?:"(\d+)"\s*[,)])?/g;

/** Reads a module's imports. */
export function readModule(text: string): Module {
  const strings: string[] = [];
  const code = withoutTexts(text, strings);
  const imports = [...code.matchAll(IMPORT)].map((found) => {
    const number = found[1] ?? found[2] ?? found[3];
    const specifier = number === undefined ? null : (strings[Number(number)] ?? null);
    return { specifier, line: lineAt(code, found.index) };
  });
  return { imports, code };
}

function withoutTexts(text: string, strings: string[]): string {
  return text.replace(NOT_CODE, (token) => {
    const lines = "\n".repeat(lineAt(token, token.length) - 1);
    if (token.startsWith("/")) return ` ${lines}`;
    // What a template computes is code.
    const computed = token.startsWith("`") ? (token.match(/(?<=\$\{)[^}]*/g) ?? []) : [];
    return computed.length === 0
      ? `"${strings.push(token.slice(1, -1)) - 1}"${lines}`
      : `(${withoutTexts(computed.join(",").replaceAll("\n", " "), strings)})${lines}`;
  });
}

/** The line of a place in a text, from 1. */
export function lineAt(text: string, index: number): number {
  return text.slice(0, index).split("\n").length;
}
