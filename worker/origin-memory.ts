import type { Origin } from "../shared/origin.ts";

/**
 * How long a failing origin is left alone before a safe request tries it again: 5 seconds, and twice as long after each
 * such try, up to a minute. Milliseconds.
 */
const FIRST_REST = 5_000;
const LONGEST_REST = 60_000;
/** After this long without a new failure nothing of it is remembered: a Worker that sees unsafe requests alone tries again, too. */
const FORGOTTEN_AFTER = 300_000;
/** Failures in a row that may have been an accident of one connection, or of one slow page. */
const DOUBTS = 2;

/** What a failed pull says of its origin: nobody is there, or perhaps so. */
export type Blame = "down" | "doubtful";

/** The origins for one request, in the order in which they may be asked. */
export interface Turn {
  readonly origin: Origin;
  /** Whether it is remembered as failing: asked when there is nobody else. */
  readonly failing: boolean;
}

/** What one isolate remembers of origins that failed. Nothing is awaited here, and no timer runs: time is an argument. */
export interface OriginMemory {
  /**
   * In which order a request may ask. A safe one begins with a failing origin whose rest is over, which is then the only
   * request that does; an unsafe one never tries out what failed.
   *
   * @param now milliseconds since 1970, here and below.
   */
  readonly order: (origins: Origins, isSafe: boolean, now: number) => readonly [Turn, ...Turn[]];
  /** It answered, whatever. @returns whether it was remembered as failing until now. */
  readonly answered: (origin: Origin) => boolean;
  /** It failed. @returns whether it is remembered as failing from now on, and was not before. */
  readonly failed: (origin: Origin, blame: Blame, now: number) => boolean;
  /** How many origins are remembered. */
  readonly size: () => number;
}

/** An entry's origins, the preferred one first. */
export type Origins = readonly [Origin, ...Origin[]];

interface Failures {
  /** In a row, without an answer between. */
  readonly doubts: number;
  readonly last: number;
  /** How long it rests now; null while it is only doubted. */
  readonly rest: number | null;
  readonly restsUntil: number;
}

/**
 * Begins to remember: for one isolate, and for one binding, since what fails with one certificate may answer another.
 *
 * Its size is bounded by the mapping: whatever a visitor asks for, only origins of entries are remembered.
 */
export function createOriginMemory(): OriginMemory {
  const remembered = new Map<string, Failures>();

  const read = ({ url }: Origin, now: number): Failures | undefined => {
    const failures = remembered.get(url);
    if (failures === undefined || now - failures.last < FORGOTTEN_AFTER) return failures;
    remembered.delete(url);
    return undefined;
  };
  const isFailing = (origin: Origin, now: number): boolean => {
    const failures = read(origin, now);
    return failures !== undefined && failures.rest !== null;
  };
  /** The whole of the rest begins anew, and longer: while this one request tries it out, the others go elsewhere. */
  const tryOut = (origin: Origin, now: number): boolean => {
    const failures = read(origin, now);
    if (failures === undefined || failures.rest === null || now < failures.restsUntil) return false;
    const rest = Math.min(LONGEST_REST, failures.rest * 2);
    remembered.set(origin.url, { ...failures, rest, restsUntil: now + rest });
    return true;
  };

  return {
    order: (origins, isSafe, now) => {
      // Of a single one nothing is remembered: whatever it does, nobody else is asked.
      if (origins.length === 1) return [{ origin: origins[0], failing: false }];
      const turns = origins.map((origin) => ({ origin, failing: isFailing(origin, now) }));
      const good = turns.filter(({ failing }) => !failing);
      const failing = turns.filter((turn) => turn.failing);
      const [best] = good;
      const better = best === undefined ? [] : turns.slice(0, turns.indexOf(best));
      const tried = isSafe ? better.find(({ origin }) => tryOut(origin, now)) : undefined;
      const order = [...(tried === undefined ? [] : [tried]), ...good, ...failing];
      return [...new Set(order)] as [Turn, ...Turn[]];
    },
    answered: (origin) => {
      const failures = remembered.get(origin.url);
      remembered.delete(origin.url);
      return failures !== undefined && failures.rest !== null;
    },
    failed: (origin, blame, now) => {
      const before = read(origin, now);
      const doubts = (before?.doubts ?? 0) + 1;
      const rest = before?.rest ?? (blame === "down" || doubts >= DOUBTS ? FIRST_REST : null);
      const restsUntil = rest === null ? now : Math.max(before?.restsUntil ?? 0, now + rest);
      remembered.set(origin.url, { doubts, last: now, rest, restsUntil });
      return rest !== null && (before?.rest ?? null) === null;
    },
    size: () => remembered.size,
  };
}
