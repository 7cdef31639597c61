/** Work under way. */
export interface Load {
  /** Pulls answered so far. */
  readonly done: () => number;
  /** Latencies since the last time that they were asked for, in microseconds. */
  readonly latencies: () => readonly number[];
  /** Ends every connection. */
  readonly stop: () => void;
}

/** What a load tells of itself. */
export interface Told {
  /** Every connection was answered once. */
  readonly ready: () => void;
  readonly failed: (why: string) => void;
}
