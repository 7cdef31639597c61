/** What was fetched, and how it stands to a file that is there. */
export interface Fetched {
  /** The file's text, with the time of the fetching in it. */
  readonly text: string;
  /** Whether a file was written by this tool: no other is replaced. */
  readonly isOurs: (before: string) => boolean;
  /** Whether a file of this tool's says the same, whenever it was fetched. */
  readonly isSame: (before: string) => boolean;
  /** When a file of this tool's was fetched, in milliseconds since 1970; null where it does not say. */
  readonly fetchedAt: (before: string) => number | null;
}

/** A file that says the same is left alone for so long: each that is written is a reload of every verifier. */
const KEPT_MS = 12 * 3_600_000;

/** What is to be done with the file that is there; null where there is none. */
export function standingOf(
  fetched: Fetched,
  before: string | null,
  now: Date,
): "keep" | "replace" | "not-ours" | "write" {
  if (before === null) return "write";
  if (!fetched.isOurs(before)) return "not-ours";
  const at = fetched.fetchedAt(before);
  const isYoung = at !== null && at <= now.getTime() && now.getTime() - at < KEPT_MS;
  return isYoung && fetched.isSame(before) ? "keep" : "replace";
}
