import { findNodeAtLocation, parseTree } from "jsonc-parser";

/** A mapping's text with entries behind its last one, or why there is none. */
export type Added =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly why: string };

/**
 * Puts entries behind the last of a mapping's, in the file's own manner: every byte of what is there stays. Pure.
 *
 * @param hosts as `writtenHosts` writes them.
 */
export function addToMapping(text: string, hosts: readonly string[]): Added {
  const mark = text.startsWith("\uFEFF") ? "\uFEFF" : "";
  const own = text.slice(mark.length);
  const root = parseTree(own);
  const node = root === undefined ? undefined : findNodeAtLocation(root, ["hosts"]);
  const last = node?.children?.at(-1);
  if (node?.type !== "object" || last === undefined) return { ok: false, why: "no entry is in it" };
  const at = last.offset + last.length;
  const eol = own.includes("\r\n") ? "\r\n" : "\n";
  const start = own.slice(own.lastIndexOf("\n", last.offset) + 1, last.offset);
  // Written on one line with others, an entry has no margin to go by.
  const margin = /^[ \t]+$/.test(start) ? start : "    ";
  const unit = margin.includes("\t") ? "\t" : margin.slice(0, Math.max(1, margin.length / 2));
  const added = hosts.map((host) =>
    host
      .split("\n")
      .map((line) => {
        const [, spaces = "", rest = ""] = /^( *)(.*)$/.exec(line) ?? [];
        return margin + unit.repeat(spaces.length / 2 - 2) + rest;
      })
      .join(eol),
  );
  return { ok: true, text: mark + [own.slice(0, at), ...added].join(`,${eol}`) + own.slice(at) };
}
