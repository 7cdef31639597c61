/** How many texts are remembered, and how long they may be: visitors send the same few, and none of these is long. */
const MOST = 256;
const LONGEST = 256;

/**
 * The same function, with what it has found for the last texts remembered. They are a visitor's to choose, so it is bounded, and
 * begins anew where somebody fills it. (A text that was cut from a URL may keep all of that: 16 KiB for each, 4 MiB together.)
 *
 * @param find pure.
 */
export function remembering<Found>(find: (text: string) => Found): (text: string) => Found {
  const remembered = new Map<string, Found>();
  return (text) => {
    if (text.length > LONGEST) return find(text);
    const known = remembered.get(text);
    if (known !== undefined) return known;
    const found = find(text);
    if (remembered.size === MOST) remembered.clear();
    remembered.set(text, found);
    return found;
  };
}
