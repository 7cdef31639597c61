import { standsAt } from "./head-bytes.ts";

/** The values that lines of a name had before: the same few come again, and to compare bytes is cheaper than to make a text. */
export interface LineValues<Meaning> {
  /** What the value means that stands there. */
  readonly read: (bytes: Buffer, from: number, to: number) => Meaning;
}

const MOST_VALUES = 4;
const LONGEST_VALUE = 64;

/**
 * Makes it. It is for what everybody may know: no value of a secret belongs in it.
 *
 * @param meaningOf what a value means, one character a byte.
 */
export function createLineValues<Meaning>(
  meaningOf: (text: string) => Meaning,
): LineValues<Meaning> {
  const known: { readonly bytes: Buffer; readonly meaning: Meaning }[] = [];
  return {
    read: (bytes, from, to) => {
      for (const value of known)
        if (value.bytes.length === to - from && standsAt(bytes, from, to, value.bytes))
          return value.meaning;
      const text = bytes.toString("latin1", from, to);
      const meaning = meaningOf(text);
      if (text.length > LONGEST_VALUE) return meaning;
      if (known.length === MOST_VALUES) known.shift();
      known.push({ bytes: Buffer.from(text, "latin1"), meaning });
      return meaning;
    },
  };
}
