/** An answer that is kept. */
export interface KeptAnswer {
  readonly status: number;
  /** Names and values in turn. */
  readonly headers: readonly string[];
  readonly body: Buffer;
}

/** The edge's cache: only what is fresh comes out of it. */
export interface EdgeCache {
  /** The answer and its age in whole seconds; null where there is none, or none that is fresh. */
  readonly find: (key: string, now: number) => { answer: KeptAnswer; age: number } | null;
  readonly keep: (key: string, answer: KeptAnswer, seconds: number, now: number) => void;
  readonly forget: (key: string) => void;
}

/** Longer answers are not kept. */
export const MAX_KEPT_BYTES = 1_000_000;

const MAX_KEPT = 100;

/** An empty cache of so many answers; when it is full, the oldest goes. Times are milliseconds since 1970. */
export function createEdgeCache(): EdgeCache {
  const kept = new Map<string, { answer: KeptAnswer; since: number; until: number }>();
  return {
    find: (key, now) => {
      const found = kept.get(key);
      if (found === undefined) return null;
      if (now < found.until)
        return { answer: found.answer, age: Math.floor((now - found.since) / 1000) };
      kept.delete(key);
      return null;
    },
    keep: (key, answer, seconds, now) => {
      kept.delete(key);
      const [oldest] = kept.keys();
      if (kept.size >= MAX_KEPT && oldest !== undefined) kept.delete(oldest);
      kept.set(key, { answer, since: now, until: now + seconds * 1000 });
    },
    forget: (key) => void kept.delete(key),
  };
}
