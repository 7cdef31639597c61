/** How many texts are remembered: visitors send the same few. */
const MOST = 256;

/**
 * The same function, with what it has found for the last texts remembered. They are a visitor's to choose, so it is bounded, and
 * begins anew where somebody fills it: with 16 KiB for each at the most, which is a URL that a text was cut from.
 *
 * @param find pure.
 */
export function remembering<Found>(find: (text: string) => Found): (text: string) => Found {
  const remembered = new Map<string, Found>();
  return (text) => {
    const known = remembered.get(text);
    if (known !== undefined) return known;
    const found = find(text);
    if (remembered.size === MOST) remembered.clear();
    remembered.set(text, found);
    return found;
  };
}
