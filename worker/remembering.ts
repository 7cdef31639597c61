import { rememberNames } from "../shared/remember-names.ts";

/**
 * The same function, with what it has found for the last texts remembered, in bounded memory: visitors send the same few. (A text
 * that was cut from a URL may keep all of that: 16 KiB for each, 4 MiB together.)
 *
 * @param find pure.
 */
export function remembering<Found>(find: (text: string) => Found): (text: string) => Found {
  return rememberNames(find, { most: 256, longest: 256 }).answer;
}
