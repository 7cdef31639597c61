import type { LogLine } from "./log-line.ts";

/** Lines of refusals that may come at once, and as many a second from then on. */
export interface Allowance {
  readonly atOnce: number;
  readonly aSecond: number;
}

/** How many refusals are logged line by line. */
export interface RefusalLimit {
  /** For each reason and address. */
  readonly each: Allowance;
  /** For all together. */
  readonly all: Allowance;
}

/** A flood, sustained, is some 10 KB a second of log; an hour with fewer refusals than 2,000 is logged whole. */
export const REFUSAL_LIMIT: RefusalLimit = {
  each: { atOnce: 500, aSecond: 10 },
  all: { atOnce: 2_000, aSecond: 20 },
};

/** Addresses that are told apart at a time. Beyond, the limit for all is what holds. */
const MOST_SOURCES = 1_000;

type Omitted = Extract<LogLine, { event: "refusals-omitted" }>;

/** Keeps a flood of refusals from filling the disk. */
export interface RefusalLimiter {
  /** Whether a line is written; where not, it is counted. Lines that are no refusals always are. */
  readonly admits: (line: LogLine) => boolean;
  /** What was not written since the last call: one line a reason. */
  readonly takeOmitted: () => readonly Omitted[];
}

/**
 * Makes one. A flood that anybody can begin must cost neither the disk nor the lines about somebody else: each reason
 * and address has an allowance of its own, and all together have one.
 *
 * @param now milliseconds on a clock that never goes back.
 */
export function createRefusalLimiter(
  now: () => number,
  { each, all }: RefusalLimit = REFUSAL_LIMIT,
): RefusalLimiter {
  const total = createBucket(all, now());
  const buckets = new Map<string, Bucket>();
  const omitted = new Map<Omitted["reason"], { count: number; readonly sources: Set<string> }>();

  const bucketOf = (key: string, at: number): Bucket => {
    const known = buckets.get(key);
    if (known !== undefined) return known;
    const [oldest] = buckets.keys();
    if (buckets.size >= MOST_SOURCES && oldest !== undefined) buckets.delete(oldest);
    const bucket = createBucket(each, at);
    buckets.set(key, bucket);
    return bucket;
  };
  return {
    admits: (line) => {
      const reason = reasonOf(line);
      if (reason === null) return true;
      const at = now();
      const { source } = reason;
      // The total last: what one address may not write takes nothing from the others.
      if (bucketOf(`${reason.reason} ${source}`, at).take(at) && total.take(at)) return true;
      const counts = omitted.get(reason.reason) ?? { count: 0, sources: new Set() };
      omitted.set(reason.reason, counts);
      counts.count += 1;
      if (counts.sources.size < MOST_SOURCES) counts.sources.add(source);
      return false;
    },
    takeOmitted: () => {
      const lines = [...omitted].map(([reason, { count, sources }]) => ({
        event: "refusals-omitted" as const,
        reason,
        count,
        sources: sources.size,
      }));
      omitted.clear();
      return lines;
    },
  };
}

function reasonOf(line: LogLine): { readonly reason: Omitted["reason"]; source: string } | null {
  switch (line.event) {
    case "pull-refused":
    case "pull-reported":
      return { reason: line.reason, source: line.remoteAddress };
    case "handshake-failed":
      return { reason: line.event, source: line.remoteAddress };
    case "listening":
    case "pull-accepted":
    case "report-ends":
    case "report-ended":
    case "trust-swapped":
    case "reload-failed":
    case "listener-unsafe":
    case "stopping":
    case "stopped":
    case "watching":
    case "admin-token-replaced":
    case "refusals-omitted":
      return null;
  }
}

interface Bucket {
  readonly take: (at: number) => boolean;
}

function createBucket({ atOnce, aSecond }: Allowance, began: number): Bucket {
  let [left, since] = [atOnce, began];
  return {
    take: (at) => {
      left = Math.min(atOnce, left + ((at - since) / 1_000) * aSecond);
      since = at;
      if (left < 1) return false;
      left -= 1;
      return true;
    },
  };
}
