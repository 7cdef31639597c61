import { isTable, toTable, toTables, type Table } from "./read-document.ts";

/** What one list of bindings (`mtls_certificates`, `services`) of a configuration is to hold afterwards. */
export interface BindingsEdit {
  /** Where the list stands: `["mtls_certificates"]`, `["env", "staging", "mtls_certificates"]`. */
  readonly list: readonly string[];
  /**
   * By binding: members that its table gets, in place of those of the same name (others stay; a binding that is not there
   * yet is added at the end), or null to remove it. Bindings that are not named stay as they are.
   */
  readonly bindings: ReadonlyMap<string, Table | null>;
}

/** What stands at a path; undefined where nothing does. */
export function valueAt(document: Table, path: readonly string[]): unknown {
  let value: unknown = document;
  for (const key of path) value = toTable(value)[key];
  return value;
}

/** The list at a path; empty where there is none. */
export function listAt(document: Table, path: readonly string[]): readonly Table[] {
  return toTables(valueAt(document, path));
}

/** A list as an edit means it to be. */
export function editedList(
  list: readonly Table[],
  { bindings }: Pick<BindingsEdit, "bindings">,
): readonly Table[] {
  const kept = list.flatMap((table) => {
    const change = bindings.get(nameOf(table));
    if (change === undefined) return [table];
    return change === null ? [] : [{ ...table, ...change }];
  });
  const present = new Set(list.map(nameOf));
  const added = [...bindings].flatMap(([binding, table]) =>
    table === null || present.has(binding) ? [] : [{ binding, ...table }],
  );
  return [...kept, ...added];
}

/** The whole document as the edits mean it to be: a list that has lost its last binding goes too. */
export function editedDocument(document: Table, edits: readonly BindingsEdit[]): Table {
  return edits.reduce<Table>(
    (edited, edit) => withList(edited, edit.list, editedList(listAt(edited, edit.list), edit)),
    document,
  );
}

function withList(table: Table, [key, ...rest]: readonly string[], list: readonly Table[]): Table {
  if (key === undefined) return table;
  const { [key]: value, ...others } = table;
  if (list.length === 0 && value === undefined) return table;
  if (rest.length > 0) return { ...table, [key]: withList(toTable(value), rest, list) };
  return list.length === 0 ? others : { ...table, [key]: list };
}

/** The name of a binding's table; "" where it has none. */
export function nameOf({ binding }: Table): string {
  return typeof binding === "string" ? binding : "";
}

/** Whether two documents say the same: any order of members, lists in theirs, dates by what they say. */
export function sameValue(one: unknown, other: unknown): boolean {
  if (Array.isArray(one)) {
    return (
      Array.isArray(other) &&
      one.length === other.length &&
      one.every((value, index) => sameValue(value, other[index]))
    );
  }
  // TOML's dates come as a subclass of Date that knows whether they have a time or a zone, and says so as text.
  if (one instanceof Date) {
    return other instanceof Date && one.toISOString() === other.toISOString();
  }
  if (!isTable(one) || !isTable(other)) return Object.is(one, other);
  const keys = Object.keys(one);
  return (
    keys.length === Object.keys(other).length &&
    keys.every((key) => Object.hasOwn(other, key) && sameValue(one[key], other[key]))
  );
}
