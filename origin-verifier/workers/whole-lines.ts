/** Puts pieces of text together, and gives each whole line, with its line break. What is cut off at the end is no line. */
export function createWholeLines(give: (line: string) => void): (piece: string) => void {
  let unfinished = "";
  return (piece) => {
    const lines = (unfinished + piece).split("\n");
    unfinished = lines.pop() ?? "";
    for (const line of lines) give(`${line}\n`);
  };
}
