/** What a process has said so far, and what it will say. */
export interface EventLog<T> {
  /** The latest, oldest first; at most {@link KEPT} of them. */
  readonly events: readonly T[];
  /**
   * The latest event that `matches` among those that came already, or else the first of those to come.
   *
   * @returns null where none came within `milliseconds`.
   */
  find<S extends T>(matches: (event: T) => event is S, milliseconds: number): Promise<S | null>;
  find(matches: (event: T) => boolean, milliseconds: number): Promise<T | null>;
  /** Calls for every event from now on; gives the way to stop. */
  follow(listener: (event: T) => void): () => void;
}

/** How many events are kept; a long run must not fill the memory. */
export const KEPT = 20_000;

/** An empty log, and the way to add to it. */
export function createEventLog<T>(): { log: EventLog<T>; add: (event: T) => void } {
  const events: T[] = [];
  const listeners = new Set<(event: T) => void>();

  const find = async (matches: (event: T) => boolean, milliseconds: number): Promise<T | null> => {
    const known = events.findLast(matches);
    if (known !== undefined) return known;
    const { promise, resolve } = Promise.withResolvers<T | null>();
    const listener = (event: T): void => {
      if (matches(event)) resolve(event);
    };
    // Whoever stops waiting for it must not have to wait for it.
    const timer = setTimeout(() => resolve(null), milliseconds).unref();
    listeners.add(listener);
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
      listeners.delete(listener);
    }
  };
  return {
    log: {
      events,
      find,
      follow: (listener) => {
        listeners.add(listener);
        return () => void listeners.delete(listener);
      },
    },
    add: (event) => {
      events.push(event);
      if (events.length > KEPT) events.shift();
      for (const listener of listeners) listener(event);
    },
  };
}
