import type { Name } from "@peculiar/asn1-x509";

const ATTRIBUTES: ReadonlyMap<string, string> = new Map([
  ["2.5.4.3", "CN"],
  ["2.5.4.6", "C"],
  ["2.5.4.7", "L"],
  ["2.5.4.8", "ST"],
  ["2.5.4.10", "O"],
  ["2.5.4.11", "OU"],
  ["0.9.2342.19200300.100.1.25", "DC"],
  ["1.2.840.113549.1.9.1", "emailAddress"],
]);
const MOST_CHARACTERS = 160;

/**
 * A distinguished name for people's eyes: a message, a log line. Never an identity, never compared, never a header. Whoever
 * asks for a certificate chooses these bytes: line feeds (a second log line), escape sequences, right-to-left marks.
 */
export function nameText(name: Name): string {
  const parts = [...name].map((rdn) =>
    [...rdn]
      .map(({ type, value }) => `${ATTRIBUTES.get(type) ?? type}=${visible(value.toString())}`)
      .join("+"),
  );
  return parts.length === 0 ? "(no name)" : cut(parts.join(", "));
}

/** Writes whatever is not printable ASCII, and the backslash itself, as `\u{..}`; cut after 160 characters. */
export function visible(text: string): string {
  return cut(
    text
      .slice(0, MOST_CHARACTERS + 1)
      .replaceAll(/[^ -[\]-~]/g, (unit) => `\\u{${unit.charCodeAt(0).toString(16)}}`),
  );
}

function cut(text: string): string {
  return text.length <= MOST_CHARACTERS ? text : `${text.slice(0, MOST_CHARACTERS)}...`;
}
