import { isTable, type Table } from "./read-document.ts";

const BARE_KEY = /^[A-Za-z0-9_-]+$/;
/** Tables of up to this many scalars are written on one line. */
const MOST_INLINE = 2;

/** Writes a table of a list: `[[path]]`, its values, then its tables, each below a header of its own unless it is short. */
export function writeListTable(path: readonly string[], table: Table): readonly string[] {
  return [`[[${writePath(path)}]]`, ...writeMembers(path, table)];
}

/** A path as a header has it: `env.staging.mtls_certificates`. */
export function writePath(path: readonly string[]): string {
  return path.map(writeKey).join(".");
}

function writeMembers(path: readonly string[], table: Table): readonly string[] {
  const members = Object.entries(table);
  const lines = members
    .filter(([, value]) => !isSection(value))
    .map(([key, value]) => `${writeKey(key)} = ${writeValue(value)}`);
  const sections = members.flatMap(([key, value]) => {
    if (!isSection(value)) return [];
    const inner = [...path, key];
    return [`[${writePath(inner)}]`, ...writeMembers(inner, value)];
  });
  return [...lines, ...sections];
}

function isSection(value: unknown): value is Table {
  if (!isTable(value)) return false;
  const values = Object.values(value);
  return values.length > MOST_INLINE || values.some(isTable);
}

function writeKey(key: string): string {
  return BARE_KEY.test(key) ? key : JSON.stringify(key);
}

/** JSON's strings, numbers, booleans and lists are TOML's too, DEL apart, which no name here has. */
function writeValue(value: unknown): string {
  if (!isTable(value)) return JSON.stringify(value);
  const members = Object.entries(value).map(
    ([key, member]) => `${writeKey(key)} = ${writeValue(member)}`,
  );
  return `{ ${members.join(", ")} }`;
}
