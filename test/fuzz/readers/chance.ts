import { PIECES } from "../requests/mutated.ts";

/** Chance that can be repeated: a number from 0 to below `below`. */
export type Chance = (below: number) => number;

/** Makes it from a seed (xorshift, 32 bits): ten million inputs are not to be waited for on account of their making. */
export function chanceOf(seed: number): Chance {
  let state = seed | 0 || 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

const ENDS = ["\n", "\r", "", " \r\n", "\r\n ", "\t\r\n", "\r\r\n", "\n\r\n"];

/** One to three texts, one after the other, after none to four changes. */
export function madeUp(texts: readonly string[], chance: Chance): string {
  let made = "";
  for (let count = 1 + chance(3); count > 0; count -= 1) made += texts[chance(texts.length)];
  for (let changes = chance(5); changes > 0; changes -= 1) made = changed(made, chance);
  return made;
}

function changed(text: string, chance: Chance): string {
  const at = chance(text.length + 1);
  switch (chance(7)) {
    case 0:
    case 1:
      return text.slice(0, at) + PIECES[chance(PIECES.length)] + text.slice(at);
    case 2:
      return text.slice(0, at) + PIECES[chance(PIECES.length)] + text.slice(at + 1 + chance(4));
    case 3:
      return text.slice(0, at) + text.slice(at + 1 + chance(12));
    case 4:
      return (
        text.slice(0, at) +
        String.fromCharCode((text.charCodeAt(at) || 0) ^ (1 + chance(255))) +
        text.slice(at + 1)
      );
    case 5: {
      const lines = text.split("\r\n");
      const [line = ""] = lines.slice(chance(lines.length));
      const to = chance(lines.length + 1);
      return [...lines.slice(0, to), line, ...lines.slice(to)].join("\r\n");
    }
    default: {
      const lines = text.split("\r\n");
      const to = chance(lines.length);
      const end = ENDS[chance(ENDS.length)];
      return `${lines.slice(0, to + 1).join("\r\n")}${end}${lines.slice(to + 1).join("\r\n")}`;
    }
  }
}

/** A text in pieces, one character a byte. */
export function inPieces(text: string, chance: Chance): readonly Buffer[] {
  const pieces: Buffer[] = [];
  for (let at = 0; at < text.length;) {
    const size = chance(3) === 0 ? text.length : 1 + chance(24);
    pieces.push(Buffer.from(text.slice(at, at + size), "latin1"));
    at += size;
  }
  return pieces;
}
