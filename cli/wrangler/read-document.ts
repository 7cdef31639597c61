import { parse as parseJson, printParseErrorCode, type ParseError } from "jsonc-parser";
import { parse as parseToml, TomlError } from "smol-toml";
import { failed, parsed, type Parsed } from "../../shared/problem.ts";

/** A table of a configuration, or an object of one: what stands in it is not known yet. */
export type Table = Readonly<Record<string, unknown>>;

/** The languages that wrangler's configuration is written in: TOML, or JSON with comments and trailing commas. */
export type Language = "toml" | "jsonc";

/** Which language a file is in, by its ending, as wrangler itself decides: comments are fine in a `.json` too. */
export function languageOf(file: string): Language {
  return /\.jsonc?$/.test(file) ? "jsonc" : "toml";
}

/**
 * Parses a configuration of wrangler's.
 *
 * @returns the document, or its first problem with line and column as its path. Never throws.
 */
export function readDocument(language: Language, text: string): Parsed<Table> {
  return language === "toml" ? readToml(text) : readJson(text);
}

function readToml(text: string): Parsed<Table> {
  try {
    return parsed(parseToml(text));
  } catch (thrown) {
    if (!(thrown instanceof TomlError)) throw thrown;
    const [message = "cannot be read"] = thrown.message.split("\n");
    return failed(placeOf(thrown.line, thrown.column), message);
  }
}

function readJson(text: string): Parsed<Table> {
  const errors: ParseError[] = [];
  const document: unknown = parseJson(text.replace(/^\uFEFF/, ""), errors, {
    allowTrailingComma: true,
  });
  const [error] = errors;
  if (error !== undefined) {
    const before = text.slice(0, error.offset).split("\n");
    const place = placeOf(before.length, (before.at(-1) ?? "").length + 1);
    return failed(place, `Invalid JSON document: ${printParseErrorCode(error.error)}`);
  }
  if (isTable(document)) return parsed(document);
  return failed("", "Invalid configuration: an object was expected");
}

function placeOf(line: number, column: number): string {
  return `line ${line}, column ${column}`;
}

/** Whether a value is a table (an object) and no list, date or scalar. */
export function isTable(raw: unknown): raw is Table {
  return typeof raw === "object" && raw !== null && !Array.isArray(raw) && !(raw instanceof Date);
}

/** The value as a table; an empty one where it is something else. */
export function toTable(raw: unknown): Table {
  return isTable(raw) ? raw : {};
}

/** The value as a list of tables; an empty one where it is no list. */
export function toTables(raw: unknown): readonly Table[] {
  return Array.isArray(raw) ? raw.map(toTable) : [];
}
