/**
 * Sequences of header names that came before. Heads come again with other values and the same names in the same order, so
 * each name is looked for where it stood before, and what follows from the names alone is worked out once a sequence.
 *
 * Bounded: whoever sends other names each time costs the time to read them, and the memory of so many short names. What is kept
 * with them must be as small, and no secret.
 */
export interface NameSequence<Name, Facts> {
  readonly name: Name;
  /** The name as it was written. */
  readonly written: string;
  /** The same as bytes, with the colon behind it. */
  readonly prefix: Uint8Array;
  readonly before: NameSequence<Name, Facts> | null;
  /** How many names it has. */
  readonly length: number;
  /** Whether it can be found again: what follows one that cannot be, cannot either. */
  readonly isKept: boolean;
  /** The one that came behind it the last time. */
  likely: NameSequence<Name, Facts> | null;
  readonly next: Map<string, NameSequence<Name, Facts>>;
  facts: Facts | null;
}

/** What knows them. */
export interface KnownNames<Name, Facts> {
  /** Where every sequence begins. */
  readonly start: () => NameSequence<Name, Facts>;
  /** The sequence that a name makes of another. */
  readonly follow: (
    sequence: NameSequence<Name, Facts>,
    written: string,
  ) => NameSequence<Name, Facts>;
  /**
   * The sequence of headers as Node has them.
   *
   * @param rawHeaders names and values in turn.
   */
  readonly of: (rawHeaders: readonly string[]) => NameSequence<Name, Facts>;
  /** What follows from the names of a sequence. */
  readonly facts: (sequence: NameSequence<Name, Facts>) => Facts;
  /** How many are known now. */
  readonly size: () => number;
}

/** Some dozens of kinds of heads. */
export const MOST_SEQUENCES = 2_000;
/** What comes behind so many names is read anew each time: what follows from all of them is as large as they are many. */
export const MOST_NAMES_KEPT = 100;
/** And so are longer names. */
const LONGEST_NAME = 64;

/**
 * Makes it.
 *
 * @param nameOf what a name is, as it is written.
 * @param factsOf what follows from all names of a head, in their order.
 */
export function createKnownNames<Name, Facts>(
  nameOf: (written: string) => Name,
  factsOf: (names: readonly Name[]) => Facts,
): KnownNames<Name, Facts> {
  type Sequence = NameSequence<Name, Facts>;
  const sequence = (written: string, before: Sequence | null, isKept: boolean): Sequence => ({
    name: nameOf(written),
    written,
    prefix: Buffer.from(`${written}:`, "latin1"),
    before,
    length: before === null ? 0 : before.length + 1,
    isKept,
    likely: null,
    next: new Map(),
    facts: null,
  });
  let start = sequence("", null, true);
  let size = 0;
  const follow = (before: Sequence, written: string): Sequence => {
    const known = before.next.get(written);
    if (known !== undefined) {
      before.likely = known;
      return known;
    }
    const isShort = written.length <= LONGEST_NAME && before.length < MOST_NAMES_KEPT;
    if (!before.isKept || !isShort) return sequence(written, before, false);
    if (size >= MOST_SEQUENCES) {
      // What is being read was begun in the old ones, which go: it is not kept.
      start = sequence("", null, true);
      size = 0;
      return sequence(written, before, false);
    }
    size += 1;
    const made = sequence(written, before, true);
    before.next.set(written, made);
    before.likely = made;
    return made;
  };
  return {
    start: () => start,
    follow,
    of: (rawHeaders) => {
      let names = start;
      for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
        const written = rawHeaders[at] as string;
        const { likely } = names;
        names = likely?.written === written ? likely : follow(names, written);
      }
      return names;
    },
    facts: (end) => (end.facts ??= factsOf(namesOf(end))),
    size: () => size,
  };
}

function namesOf<Name, Facts>(end: NameSequence<Name, Facts>): readonly Name[] {
  const names: Name[] = [];
  for (let at: NameSequence<Name, Facts> | null = end; at?.before; at = at.before)
    names.push(at.name);
  return names.toReversed();
}
