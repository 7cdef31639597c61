/** One process, as far as it may be set apart from the others. */
export interface Standing {
  readonly worker: number;
  /** Null while nothing is known of it. */
  readonly says: {
    readonly trustDigest: string;
    readonly trust: { readonly generation: number };
  } | null;
}

/** What sets the processes of one machine apart, in sentences that name them; empty where they decide alike. */
export function differencesOf(all: readonly Standing[]): readonly string[] {
  const missing = all
    .filter(({ says }) => says === null)
    .map(({ worker }) => `worker ${worker} is not running: it is started again by itself`);
  const reference = all.find(({ says }) => says !== null);
  if (reference?.says === null || reference === undefined) return missing;
  const { says: usual, worker: first } = reference;
  const others = all.flatMap(({ worker, says }) =>
    says === null || says.trustDigest === usual.trustDigest
      ? []
      : [
          `worker ${worker} decides by other files (its trust ${says.trust.generation}) than worker ${first} (its trust ${usual.trust.generation}): only what both accept is told as accepted`,
        ],
  );
  return [...missing, ...others];
}
