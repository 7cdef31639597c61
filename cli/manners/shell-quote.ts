/**
 * A word of a command that is printed for a person to paste: plain words stay as they are, and everything else stands
 * between single quotes, in which a shell reads nothing but the next one.
 */
export function shellQuote(word: string): string {
  return /^[\w./@%+=:,-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
