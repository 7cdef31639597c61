/** Runs what changes a zone one after the other. */
export type InTurn = <T>(zone: string, work: () => Promise<T>) => Promise<T>;

/**
 * Cloudflare answers 409 to a second change of a zone's origin pulls while one is in progress; zones do not hinder each
 * other. What fails does not hold up what comes after it.
 */
export function createTurns(): InTurn {
  const last = new Map<string, Promise<unknown>>();
  return async (zone, work) => {
    const before = last.get(zone) ?? Promise.resolve();
    const mine = before.then(work, work);
    last.set(zone, mine);
    return await mine;
  };
}
