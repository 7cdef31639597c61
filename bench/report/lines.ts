/** Columns that a terminal's lines take at most, and where nobody says how many it has. */
export const WIDEST = 118;

/** A text in lines of so many columns, broken between words; after the first, further in than it. */
export function folded(text: string, width: number, lead = ""): readonly string[] {
  const [first = "", ...words] = text.split(" ");
  const lines: string[] = [];
  let line = `${lead}${first}`;
  for (const word of words) {
    if (line.length + 1 + word.length > width) {
      lines.push(line);
      line = `${lead}  ${word}`;
    } else line += ` ${word}`;
  }
  return [...lines, line];
}

/** Cells in columns of one width each; the figures, which are the first so many, end at one place. */
export function aligned(
  rows: readonly (readonly string[])[],
  figures: number,
): readonly (readonly string[])[] {
  const widthAt = (at: number): number => Math.max(0, ...rows.map((row) => row[at]?.length ?? 0));
  return rows.map((row) =>
    row.map((cell, at) => (at < figures ? cell.padStart(widthAt(at)) : cell.padEnd(widthAt(at)))),
  );
}
