import { standsAt } from "./head-bytes.ts";

/** The values that lines of a name had before: the same few come again, and to compare bytes is cheaper than to make a text. */
export interface LineValues {
  /** The value that stands there, one character a byte. */
  readonly read: (bytes: Buffer, from: number, to: number) => string;
}

const MOST_VALUES = 4;
const LONGEST_VALUE = 64;

/** Makes it. It is for what everybody may know: no value of a secret belongs in it. */
export function createLineValues(): LineValues {
  const known: { readonly bytes: Buffer; readonly text: string }[] = [];
  return {
    read: (bytes, from, to) => {
      for (const value of known)
        if (value.bytes.length === to - from && standsAt(bytes, from, to, value.bytes))
          return value.text;
      const text = bytes.toString("latin1", from, to);
      if (text.length > LONGEST_VALUE) return text;
      if (known.length === MOST_VALUES) known.shift();
      known.push({ bytes: Buffer.from(text, "latin1"), text });
      return text;
    },
  };
}
