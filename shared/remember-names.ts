/** The answers to a question about a name, or another short text that others choose, remembered in bounded memory. */
export interface RememberedNames<Answer> {
  readonly answer: (name: string) => Answer;
  /** How many are remembered now. */
  readonly size: () => number;
}

/** Whoever sends other names each time costs no more than this many of no more than this length, where nothing else is said. */
export const MOST_NAMES = 1_000;
export const LONGEST_NAME = 64;

/**
 * Remembers what a question about a name was answered. It depends on the name alone: nothing of one pull is in it.
 *
 * @param bounds how many names at most, and of how many characters.
 */
export function rememberNames<Answer>(
  question: (name: string) => Answer,
  { most = MOST_NAMES, longest = LONGEST_NAME } = {},
): RememberedNames<Answer> {
  const known = new Map<string, Answer>();
  return {
    answer: (name) => {
      const before = known.get(name);
      if (before !== undefined) return before;
      const answer = question(name);
      if (name.length > longest) return answer;
      if (known.size >= most) known.clear();
      known.set(name, answer);
      return answer;
    },
    size: () => known.size,
  };
}
