import { findNodeAtLocation, parseTree, type Node } from "jsonc-parser";
import type { Fingerprint } from "../../shared/fingerprint.ts";
import type { HostPattern } from "../../shared/hostname.ts";
import { parseMappingText } from "../../shared/mapping-text.ts";
import type { MappingAction } from "../plan/change.ts";

/** An edit of lists of accepted certificates. */
export type ListEdit = Exclude<MappingAction, { readonly kind: "issue-certificate" }>;

/** The text of a mapping afterwards, or why it cannot be edited. */
export type EditedMapping =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly why: string };

/**
 * Edits a mapping's text: the lists of some hostnames, and nothing else; order and formatting stay. Pure. Nobody's word is
 * taken for the result: it is parsed again, and each list must hold exactly what was meant.
 */
export function editMapping(text: string, edit: ListEdit): EditedMapping {
  const before = parseMappingText(text);
  if (!before.ok) return { ok: false, why: before.problems[0].message };
  const mark = text.startsWith("\uFEFF") ? "\uFEFF" : "";
  let edited = text.slice(mark.length);
  const meant = new Map<HostPattern, readonly Fingerprint[]>();
  for (const { hostname, accept } of before.value.entries) {
    if (accept.certificates === "issued" || !edit.hostnames.includes(hostname)) continue;
    const list = editedList(accept.certificates, edit);
    if (list.length === 0) return { ok: false, why: `${hostname} would accept nothing` };
    meant.set(hostname, list);
    edited = editList(edited, hostname, list);
  }
  const after = parseMappingText(edited);
  if (!after.ok) return { ok: false, why: after.problems[0].message };
  const isMeant = after.value.entries.every(({ hostname, accept }) => {
    const list = meant.get(hostname);
    return list === undefined || JSON.stringify(accept.certificates) === JSON.stringify(list);
  });
  return isMeant
    ? { ok: true, text: mark + edited }
    : { ok: false, why: "it would say something else" };
}

function editedList(
  listed: readonly Fingerprint[],
  { kind, fingerprint }: ListEdit,
): readonly Fingerprint[] {
  const others = listed.filter((one) => one !== fingerprint);
  switch (kind) {
    case "add-to-mapping":
      return listed.includes(fingerprint)
        ? listed
        : [...listed.slice(0, 1), fingerprint, ...listed.slice(1)];
    case "present-in-mapping":
      return [fingerprint, ...others];
    case "remove-from-mapping":
      return others;
    default:
      return kind satisfies never;
  }
}

/** Writes one list anew, in the file's own manner: all that is outside of it stays as it is, byte for byte. */
function editList(text: string, hostname: HostPattern, list: readonly Fingerprint[]): string {
  const root = parseTree(text);
  const path = ["hosts", hostname, "accept", "certificates"];
  const node = root === undefined ? undefined : findNodeAtLocation(root, path);
  if (root === undefined || node === undefined) return text;
  const { offset, length } = node;
  const written = writeList(text, offset, list, text.slice(offset, offset + length), root);
  return text.slice(0, offset) + written + text.slice(offset + length);
}

function writeList(
  text: string,
  offset: number,
  list: readonly Fingerprint[],
  before: string,
  root: Node,
): string {
  const members = list.map((one) => JSON.stringify(one));
  const isOnOneLine = list.length === 1 && (!before.includes("\n") || hasListOnOneLine(text, root));
  if (isOnOneLine) return `[${members.join(", ")}]`;
  const eol = text.includes("\r\n") ? "\r\n" : "\n";
  const unit = /\n([ \t]+)"/.exec(text)?.[1] ?? "  ";
  const line = text.slice(text.lastIndexOf("\n", offset) + 1, offset);
  const indent = /^[ \t]*/.exec(line)?.[0] ?? "";
  return [`[`, members.map((one) => indent + unit + one).join(`,${eol}`), `${indent}]`].join(eol);
}

/** Whether the file's author, or a formatter, keeps short lists on one line. */
function hasListOnOneLine(text: string, node: Node): boolean {
  const { type, offset, length, children = [] } = node;
  if (
    type === "array" &&
    children.length > 0 &&
    !text.slice(offset, offset + length).includes("\n")
  ) {
    return true;
  }
  return children.some((child) => hasListOnOneLine(text, child));
}
