import type { Finding, Findings } from "../manners/finding.ts";
import { editedList, listAt, sameValue, type BindingsEdit } from "./bindings-edit.ts";
import { languageOf, type Table } from "./read-document.ts";
import { writeListTable, writePath } from "./write-toml.ts";

/**
 * What a person is to do where an edit could not be made and proven: for every list that has to change, the list as it
 * should be, to paste.
 */
export function byHand(
  file: string,
  document: Table,
  edits: readonly BindingsEdit[],
  why: string,
): Findings {
  const findings = edits.flatMap((edit): readonly Finding[] => {
    const before = listAt(document, edit.list);
    const after = editedList(before, edit);
    if (sameValue(before, after)) return [];
    const path = writePath(edit.list);
    const message = `is not edited, because its comments and its other settings could not be kept (${why}); nothing was written`;
    const next =
      after.length === 0
        ? `remove ${path} from ${file}, then run this again`
        : `make ${path} in ${file} the following, then run this again:\n\n${snippet(file, edit.list, after)}\n`;
    return [{ file, path, message, next }];
  });
  const [first, ...rest] = findings;
  if (first === undefined) throw new Error("an edit without a change failed");
  return [first, ...rest];
}

function snippet(file: string, list: readonly string[], tables: readonly Table[]): string {
  if (languageOf(file) === "toml") {
    return tables.map((table) => writeListTable(list, table).join("\n")).join("\n\n");
  }
  return `"${list.at(-1) ?? ""}": ${JSON.stringify(tables, null, 2)}`;
}
