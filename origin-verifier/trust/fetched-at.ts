/** How the line of a file of ranges begins that says when they were fetched; after it, a time as `Date` writes it. */
export const FETCHED_LINE = "# fetched ";

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{3})?Z$/;

/** When a file of address ranges was fetched, in milliseconds since 1970; null where it does not say. */
export function rangesFetchedAt(text: string): number | null {
  const line = text.split(/\r?\n/).find((one) => one.startsWith(FETCHED_LINE));
  return timeOf(line?.slice(FETCHED_LINE.length).trim());
}

/** When a file of Access keys was fetched, by its member `fetched`; null where it does not say. */
export function keysFetchedAt(text: string): number | null {
  const { fetched } = JSON.parse(text) as { fetched?: unknown };
  return timeOf(fetched);
}

function timeOf(written: unknown): number | null {
  if (typeof written !== "string" || !TIME.test(written)) return null;
  const time = Date.parse(written);
  return Number.isNaN(time) ? null : time;
}
