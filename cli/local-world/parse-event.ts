// ESC [ ... letter: wrangler paints what a Worker writes to its error stream.
// oxlint-disable-next-line no-control-regex -- the control character is what is looked for
const PAINT = /\u001b\[[0-9;]*[A-Za-z]/g;

/** A line as it is without colours. */
export function withoutPaint(line: string): string {
  return line.replace(PAINT, "");
}

/**
 * Finds the JSON object with an `event` in a log line, whatever stands around it.
 *
 * @returns null for a line of another kind. The object's other members are as its writer made them.
 */
export function parseEvent(line: string): { readonly event: string } | null {
  const bare = withoutPaint(line);
  const start = bare.indexOf('{"');
  const end = bare.lastIndexOf("}");
  if (start === -1 || end < start) return null;
  let parsed: unknown;
  try {
    parsed = JSON.parse(bare.slice(start, end + 1));
  } catch {
    return null;
  }
  const isEvent =
    typeof parsed === "object" &&
    parsed !== null &&
    "event" in parsed &&
    typeof parsed.event === "string";
  return isEvent ? (parsed as { event: string }) : null;
}
