import { parse, patch } from "@decimalturn/toml-patch";
import { parse as parseToml } from "smol-toml";
import {
  editedDocument,
  editedList,
  listAt,
  nameOf,
  sameValue,
  type BindingsEdit,
} from "./bindings-edit.ts";
import { readDocument, type Table } from "./read-document.ts";
import { readTomlLines, type TomlLine } from "./toml-lines.ts";
import { writeListTable } from "./write-toml.ts";

/**
 * Edits lists of bindings in a TOML document, and nothing beside them. What it gives is not proven yet: the caller parses
 * it and compares. Throws where the document is of a shape that it cannot edit.
 *
 * Tables of their own (`[[mtls_certificates]]`) are put in, changed and taken out as lines, so that every other line stays
 * as it is: a patcher that moves tables takes a comment between two of them along with the wrong one. Lists that are
 * written as arrays are the patcher's.
 */
export function editToml(text: string, edits: readonly BindingsEdit[]): string {
  return edits.reduce(editList, text);
}

function editList(text: string, edit: BindingsEdit): string {
  const lines = readTomlLines(text);
  const isArray =
    listAt(parseToml(text), edit.list).length > 0 && blocksOf(lines, edit.list).length === 0;
  if (!isArray) {
    // New ones first: with the old still there they find their place, below the comment that is about the list.
    const edited = withoutBlocks(withNewBlocks(withValues(text, edit), edit), edit);
    if (readDocument("toml", edited).ok) return edited;
    // Below `env = { staging = { ... } }` a list can only be an array.
  }
  return patch(text, editedDocument(parse(text) as Record<string, unknown>, [edit]));
}

/** Writes other values into the tables that stay: strings in their lines; where there is more to change, the whole table. */
function withValues(text: string, { list, bindings }: BindingsEdit): string {
  const lines = readTomlLines(text);
  const texts = lines.map((line) => line.text);
  for (const { start, end, name, table } of namedBlocks(text, list)) {
    const change = bindings.get(name);
    if (change === undefined || change === null) continue;
    const merged = { ...table, ...change };
    if (sameValue(table, merged)) continue;
    if (Object.values(change).some((value) => typeof value !== "string")) {
      // Comments within it stay, behind it.
      for (let index = start; index < end; index += 1) {
        const kind = lines[index]?.kind;
        if (kind === "header" || kind === "statement") texts[index] = "";
      }
      const newLine = newLineOf(text);
      texts[start] = `${writeListTable(list, merged).join(newLine)}${newLine}`;
      continue;
    }
    for (const [key, value] of Object.entries(change))
      setInLine(texts, { start, end }, key, String(value));
  }
  return texts.join("");
}

function setInLine(texts: string[], { start, end }: Block, key: string, value: string): void {
  const pattern = new RegExp(String.raw`^(\s*(["']?)${key}\2\s*=\s*)("(?:\\.|[^"\\])*"|'[^']*')`);
  const at = texts.findIndex((line, index) => index > start && index < end && pattern.test(line));
  const line = texts[at];
  if (line === undefined) throw new Error(`no ${key} to change`);
  texts[at] = line.replace(pattern, (_whole, before: string) => before + JSON.stringify(value));
}

function newLineOf(text: string): string {
  return text.includes("\r\n") ? "\r\n" : "\n";
}

/** Takes the lines of removed bindings out, but for comments that have a line to themselves. */
function withoutBlocks(text: string, { list, bindings }: BindingsEdit): string {
  const lines = readTomlLines(text);
  const gone = new Set<number>();
  for (const { start, end, name } of namedBlocks(text, list)) {
    if (bindings.get(name) !== null) continue;
    for (let index = start; index < end; index += 1) {
      const kind = lines[index]?.kind;
      if (kind === "header" || kind === "statement") gone.add(index);
    }
    // Of the two blank lines around it, one.
    if (lines[end]?.kind === "blank") gone.add(end);
    else if (end === lines.length && lines[start - 1]?.kind === "blank") gone.add(start - 1);
  }
  return lines
    .filter((_line, index) => !gone.has(index))
    .map((line) => line.text)
    .join("");
}

/** The tables of a list, each with the name of its binding. */
function namedBlocks(
  text: string,
  list: readonly string[],
): readonly (Block & { readonly name: string; readonly table: Table })[] {
  const lines = readTomlLines(text);
  return blocksOf(lines, list).map(({ start, end }) => {
    const block = lines.slice(start, end).map((line) => line.text);
    const [table = {}] = listAt(parseToml(block.join("")), list);
    return { start, end, name: nameOf(table), table };
  });
}

function withNewBlocks(text: string, edit: BindingsEdit): string {
  const present = new Set(listAt(parseToml(text), edit.list).map(nameOf));
  const added = [...edit.bindings].filter(([name, table]) => table !== null && !present.has(name));
  if (added.length === 0) return text;
  const newLine = newLineOf(text);
  const blocks = editedList([], { bindings: new Map(added) }).map((table) =>
    writeListTable(edit.list, table).join(newLine),
  );
  const lines = readTomlLines(text);
  const at = placeFor(lines, edit.list);
  const before = lines.slice(0, at).map((line) => line.text);
  const after = lines.slice(at).map((line) => line.text);
  const isFirst = before.join("").trim() === "";
  if (!isFirst && before.at(-1)?.endsWith("\n") === false) before.push(newLine);
  return [
    ...before,
    ...(isFirst ? [] : [newLine]),
    blocks.join(`${newLine}${newLine}`),
    newLine,
    ...(after.length > 0 && lines[at]?.kind !== "blank" ? [newLine] : []),
    ...after,
  ].join("");
}

/** Behind the list's last table; or the last section of its environment; or, at the top, behind the keys without a header. */
function placeFor(lines: readonly TomlLine[], list: readonly string[]): number {
  const parent = list.slice(0, -1);
  const last = blocksOf(lines, list).at(-1);
  if (last !== undefined) return last.end;
  const section = parent.length === 0 ? undefined : blocksOf(lines, parent).at(-1);
  if (section !== undefined) return section.end;
  const header = lines.findIndex(({ kind }) => kind === "header");
  const keys = parent.length > 0 || header === -1 ? 0 : trimmed(lines, 0, header);
  const all = trimmed(lines, 0, lines.length);
  return keys > 0 ? keys : all > 0 ? all : lines.length;
}

/** A range of lines. */
interface Block {
  readonly start: number;
  readonly end: number;
}

/** The line ranges that headers of a path, or below it, begin: from the header to the last of their own lines. */
function blocksOf(lines: readonly TomlLine[], list: readonly string[]): readonly Block[] {
  const headers = lines.flatMap(({ kind, path }, index) =>
    kind === "header" ? [{ path, index }] : [],
  );
  const blocks: { start: number; end: number }[] = [];
  for (const [position, { path, index }] of headers.entries()) {
    const end = trimmed(lines, index, headers[position + 1]?.index ?? lines.length);
    const open = blocks.at(-1);
    const isBelow = path.length > list.length && samePath(path.slice(0, list.length), list);
    if (samePath(path, list)) blocks.push({ start: index, end });
    else if (isBelow && open !== undefined && noHeaderBetween(lines, open.end, index))
      open.end = end;
    else if (isBelow) blocks.push({ start: index, end });
  }
  return blocks;
}

function noHeaderBetween(lines: readonly TomlLine[], from: number, to: number): boolean {
  return lines.slice(from, to).every(({ kind }) => kind !== "header");
}

/** The end of a range without the blank lines and comments at its end: those belong to what follows. */
function trimmed(lines: readonly TomlLine[], start: number, end: number): number {
  const own = lines
    .slice(start, end)
    .findLastIndex(({ kind }) => kind === "header" || kind === "statement");
  return own === -1 ? start : start + own + 1;
}

function samePath(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((key, index) => key === other[index]);
}
