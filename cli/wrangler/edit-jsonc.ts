import { findNodeAtLocation, parseTree, type Node } from "jsonc-parser";
import { listAt, nameOf, type BindingsEdit } from "./bindings-edit.ts";
import { commaIn } from "./jsonc-text.ts";
import { readDocument, type Table } from "./read-document.ts";

type Path = readonly (string | number)[];

/**
 * Edits lists of bindings in JSON with comments, and nothing beside them. What it gives is not proven yet: the caller
 * parses it and compares. Throws where the document is of a shape that it cannot edit.
 *
 * Finds places with the library's tree, and cuts and inserts text there: the library's own edits take comments between two
 * elements along, and format anew what stands on the lines that they touch.
 */
export function editJsonc(text: string, edits: readonly BindingsEdit[]): string {
  // The tree's offsets count from behind a byte order mark.
  if (text.startsWith("\uFEFF")) return `\uFEFF${editJsonc(text.slice(1), edits)}`;
  let edited = text;
  for (const { list, bindings } of edits) {
    for (const [binding, table] of bindings) edited = editOne(edited, list, binding, table);
  }
  return edited;
}

function editOne(text: string, list: Path, binding: string, table: Table | null): string {
  const places = placesOf(text, list, binding);
  if (table === null) {
    return places.reduceRight((rest, index) => withoutElement(rest, [...list, index]), text);
  }
  if (places.length === 0) return withElement(text, list, { binding, ...table });
  return places.reduce(
    (edited, index) =>
      Object.entries(table).reduce(
        (rest, [key, value]) => withMember(rest, [...list, index], key, value),
        edited,
      ),
    text,
  );
}

function placesOf(text: string, list: Path, binding: string): readonly number[] {
  const document = readDocument("jsonc", text);
  if (!document.ok) throw new Error(document.problems[0].message);
  return listAt(document.value, list.map(String)).flatMap((table, index) =>
    nameOf(table) === binding ? [index] : [],
  );
}

function withElement(text: string, list: Path, element: unknown): string {
  const array = nodeAt(text, list);
  const parent = list.slice(0, -1);
  return array === undefined
    ? withMember(text, parent, String(list.at(-1)), [element])
    : withChild(text, array, (indent) => written(element, indent));
}

function withMember(text: string, object: Path, key: string, value: unknown): string {
  const node = nodeAt(text, [...object, key]);
  if (node !== undefined) {
    const { offset, length } = node;
    const same = JSON.stringify(value) === JSON.stringify(valueOf(text, node));
    return same
      ? text
      : text.slice(0, offset) + JSON.stringify(value) + text.slice(offset + length);
  }
  const parent = nodeAt(text, object);
  if (parent === undefined) throw new Error(`nothing at ${object.join(".")}`);
  return withChild(text, parent, (indent) => `${JSON.stringify(key)}: ${written(value, indent)}`);
}

/** Adds a member or an element behind the last one: on a line of its own, unless all of them stand on one line. */
function withChild(text: string, parent: Node, write: (indent: string | null) => string): string {
  const newLine = text.includes("\r\n") ? "\r\n" : "\n";
  const close = parent.offset + parent.length - 1;
  const last = parent.children?.at(-1);
  const inside = text.slice(parent.offset + 1, close);
  if (last === undefined) {
    const outer = indentAt(text, parent.offset);
    const indent = outer + unitOf(text);
    const kept = inside.trim() === "" ? "" : inside.trimEnd();
    const added = `${kept}${newLine}${indent}${write(indent)}${newLine}${outer}`;
    return text.slice(0, parent.offset + 1) + added + text.slice(close);
  }
  const end = last.offset + last.length;
  const comma = commaIn(text, end, close);
  const isOneLine = !inside.includes("\n");
  const indent = isOneLine ? null : indentAt(text, last.offset);
  const separator = indent === null ? " " : newLine + indent;
  const at = comma === null ? end : comma + 1;
  const added = `${comma === null ? "," : ""}${separator}${write(indent)}${comma === null ? "" : ","}`;
  // A comment behind the last one, on its line, is about that one.
  const rest = text.slice(at, close);
  const trailing = indent === null ? "" : (/^[ \t]*\/\/[^\r\n]*/.exec(rest)?.[0] ?? "");
  if (trailing === "") return text.slice(0, at) + added + text.slice(at);
  const between = comma === null ? `,${trailing}` : trailing;
  const behind = added.replace(/^,/, "");
  return text.slice(0, at) + between + behind + text.slice(at + trailing.length);
}

/**
 * Takes one element out of an array, with the one comma that it needs no more.
 */
function withoutElement(text: string, path: Path): string {
  const node = nodeAt(text, path);
  const siblings = node?.parent?.children ?? [];
  if (node?.parent === undefined) throw new Error(`nothing at ${path.join(".")}`);
  const end = node.offset + node.length;
  const next = siblings.find(({ offset }) => offset >= end);
  const before = siblings.findLast(({ offset }) => offset < node.offset);
  const behind = commaIn(text, end, next?.offset ?? node.parent.offset + node.parent.length - 1);
  const comma =
    behind ??
    (before === undefined ? null : commaIn(text, before.offset + before.length, node.offset));
  const cuts = [
    { start: node.offset, end },
    ...(comma === null ? [] : [{ start: comma, end: comma + 1 }]),
  ];
  return cuts
    .toSorted((one, other) => other.start - one.start)
    .reduce((rest, cut) => cutOut(rest, cut.start, cut.end), text);
}

/** Takes a range out, and with it its line where nothing else stands on it. */
function cutOut(text: string, start: number, end: number): string {
  const before = text.slice(0, start);
  const after = text.slice(end);
  if (!/(?:^|\n)[ \t]*$/.test(before)) return before + after;
  const lineAfter = /^[ \t]*\r?\n/.exec(after);
  if (lineAfter === null) return before + after.replace(/^[ \t]+/, "");
  return before.replace(/[ \t]*$/, "") + after.slice(lineAfter[0].length);
}

function nodeAt(text: string, path: Path): Node | undefined {
  const tree = parseTree(text, [], { allowTrailingComma: true });
  return tree === undefined ? undefined : findNodeAtLocation(tree, [...path]);
}

function valueOf(text: string, { offset, length }: Node): unknown {
  const value = readDocument("jsonc", `{"value":${text.slice(offset, offset + length)}}`);
  return value.ok ? value.value["value"] : undefined;
}

function written(value: unknown, indent: string | null): string {
  if (indent !== null && Array.isArray(value)) {
    const [unit, outer] = [indent.startsWith("\t") ? "\t" : "  ", indent];
    const lines = value.map((element) => `${outer}${unit}${written(element, `${outer}${unit}`)}`);
    return `[\n${lines.join(",\n")}\n${outer}]`;
  }
  return JSON.stringify(value, null, 1).replaceAll(/\n\s*/g, " ");
}

function indentAt(text: string, offset: number): string {
  const line = text.slice(text.lastIndexOf("\n", offset - 1) + 1);
  return /^[ \t]*/.exec(line)?.[0] ?? "";
}

function unitOf(text: string): string {
  return /^(?<indent>[ \t]+)\S/m.exec(text)?.groups?.["indent"] ?? "  ";
}
