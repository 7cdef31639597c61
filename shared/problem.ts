/**
 * One thing that is wrong with an input, said so that its author can find it.
 *
 * `path` is the place within the document, in the notation of a JavaScript property access
 * (`hosts["shop.example.com"].accept.certificates[1]`); the empty string is the whole document.
 */
export interface Problem {
  readonly path: string;
  readonly message: string;
}

/** Every problem of an input: at least one. */
export type Problems = readonly [Problem, ...Problem[]];

/** What a parser gives: the value, which carries the proof in its type, or every problem at once. */
export type Parsed<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problems: Problems };

/** A parser's success. */
export function parsed<T>(value: T): Parsed<T> {
  return { ok: true, value };
}

/** A parser's failure with a single problem. */
export function failed(path: string, message: string): { ok: false; problems: Problems } {
  return { ok: false, problems: [{ path, message }] };
}

/** The value where nothing is wrong, else the problems: an empty list cannot pass for a failure. */
export function parsedUnless<T>(problems: readonly Problem[], value: () => T): Parsed<T> {
  const [first, ...rest] = problems;
  return first === undefined ? parsed(value()) : { ok: false, problems: [first, ...rest] };
}

const IDENTIFIER = /^[A-Za-z_$][\w$]*$/;
const NOT_PRINTABLE = /[^\x20-\x7e]/g;

/**
 * Text of the input's, on one line of printable ASCII, the rest written as `\u212a`: a problem is one line, no control
 * character of the input reaches a terminal, and a letter that only looks like another is seen for what it is.
 */
export function onOneLine(text: string): string {
  return text.replace(
    NOT_PRINTABLE,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** Text of the input's, in quotes and on one line. */
export function quoted(text: string): string {
  return onOneLine(JSON.stringify(text));
}

/** Appends a property name or an index to a path: `a` + `b` is `a.b`, + `b.c` is `a["b.c"]`, + 0 is `a[0]`. */
export function pathTo(parent: string, key: string | number): string {
  if (typeof key === "number") return `${parent}[${key}]`;
  if (!IDENTIFIER.test(key)) return `${parent}[${quoted(key)}]`;
  return parent === "" ? key : `${parent}.${key}`;
}

/** One line a problem, each with the file's name and the path within it. */
export function formatProblems(file: string, problems: readonly Problem[]): string {
  return problems
    .map(({ path, message }) =>
      path === "" ? `${file}: ${message}` : `${file}: ${path}: ${message}`,
    )
    .join("\n");
}

/** The keys of a value that may be anything: none where it is not a plain object. */
export function keysOf(raw: unknown): readonly string[] {
  return typeof raw === "object" && raw !== null && !Array.isArray(raw) ? Object.keys(raw) : [];
}
