/** How long pulls took, in buckets of a twentieth of a power of two: bounded, however many pulls there are. */
export interface Latencies {
  readonly add: (milliseconds: number) => void;
  /** The time that this part of the pulls was not slower than, in milliseconds; 0.5 is the median. */
  readonly quantile: (part: number) => number;
}

const PER_DOUBLING = 20;
/** The first bucket ends here: a microsecond. */
const SMALLEST = 0.001;

/** Starts with none. */
export function createLatencies(): Latencies {
  const buckets = new Float64Array(PER_DOUBLING * 32);
  let count = 0;
  return {
    add: (milliseconds) => {
      const at = Math.round(Math.log2(Math.max(milliseconds, SMALLEST) / SMALLEST) * PER_DOUBLING);
      const index = Math.min(at, buckets.length - 1);
      buckets[index] = (buckets[index] ?? 0) + 1;
      count += 1;
    },
    quantile: (part) => {
      let left = count * part;
      const index = buckets.findIndex((size) => (left -= size) <= 0);
      return SMALLEST * 2 ** (Math.max(index, 0) / PER_DOUBLING);
    },
  };
}
