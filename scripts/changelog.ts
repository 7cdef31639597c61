/*
 * CHANGELOG.md, whose lines people write under "Unreleased", each with the change that it tells of. Everything here is pure.
 */

const UNRELEASED = "## Unreleased";

/** What stands under "Unreleased", trimmed; null where there is no such heading, empty where nothing is told. */
export function unreleased(text: string): string | null {
  return partUnder(text, UNRELEASED);
}

/** What stands under a version, trimmed; null where it has no part. */
export function partOf(text: string, version: string): string | null {
  return partUnder(text, `## ${version}`);
}

/**
 * Makes a version of what is unreleased, and leaves "Unreleased" empty above it.
 *
 * The heading is the version alone: changesets/action finds a version's part by it. The day is the tag's.
 *
 * @param version a version that has no part yet.
 * @param lead what the changesets say of the release as a whole; it comes first.
 * @throws Error that says why it cannot be made, and what to do.
 */
export function release(text: string, version: string, lead: string): string {
  const part = unreleased(text);
  if (part === null) throw new Error(`CHANGELOG.md: there is no line "${UNRELEASED}"`);
  if (part === "")
    throw new Error(
      "CHANGELOG.md: nothing is told under Unreleased\nnext: write there what changed, for whom it matters",
    );
  if (partOf(text, version) !== null)
    throw new Error(`CHANGELOG.md: ${version} has a part already: a version is released once`);
  const made = [UNRELEASED, `## ${version}`, lead, part].filter((one) => one !== "").join("\n\n");
  const { start, end } = linesUnder(text, UNRELEASED) as Lines;
  const after = text.slice(end);
  return `${text.slice(0, start)}${made}\n${after === "" ? "" : `\n${after}`}`;
}

interface Lines {
  /** Where the heading begins. */
  readonly start: number;
  /** Where what stands under it begins. */
  readonly under: number;
  /** Where the next heading of that level begins, or the text ends. */
  readonly end: number;
}

function partUnder(text: string, heading: string): string | null {
  const lines = linesUnder(text, heading);
  return lines === null ? null : text.slice(lines.under, lines.end).trim();
}

function linesUnder(text: string, heading: string): Lines | null {
  const headings = [...text.matchAll(/^## .*$/gm)];
  const at = headings.findIndex(([line]) => line.trimEnd() === heading);
  const found = headings[at];
  if (found === undefined) return null;
  const end = headings[at + 1]?.index ?? text.length;
  return { start: found.index, under: found.index + found[0].length, end };
}
