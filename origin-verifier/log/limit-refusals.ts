import { reasonKind } from "../observations/reason-kind.ts";
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
  /** For all strangers together, and as much for all that is ours. */
  readonly all: Allowance;
}

/** A flood of strangers, sustained, is some 10 KB of log a second. */
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
 * and address has an allowance of its own, and strangers have one that is not that of the rest.
 *
 * @param now milliseconds on a clock that never goes back.
 */
export function createRefusalLimiter(
  now: () => number,
  { each, all }: RefusalLimit = REFUSAL_LIMIT,
): RefusalLimiter {
  const totals = { stranger: createBucket(all, now()), ours: createBucket(all, now()) };
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
      const { source, whose } = reason;
      // The total last: what one address may not write takes nothing from the others.
      if (bucketOf(`${reason.reason} ${source}`, at).take(at) && totals[whose].take(at))
        return true;
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

interface Refused {
  readonly reason: Omitted["reason"];
  readonly source: string;
  readonly whose: "stranger" | "ours";
}

function reasonOf(line: LogLine): Refused | null {
  switch (line.event) {
    case "pull-refused":
    case "pull-reported": {
      const { reason, remoteAddress: source } = line;
      return { reason, source, whose: reasonKind(reason) === "stranger" ? "stranger" : "ours" };
    }
    case "handshake-failed":
      return { reason: line.event, source: line.remoteAddress, whose: "stranger" };
    case "listening":
    case "pull-accepted":
    case "report-ends":
    case "report-ended":
    case "file-old":
    case "trust-swapped":
    case "reload-failed":
    case "listener-unsafe":
    case "stopping":
    case "stopped":
    case "watching":
    case "admin-token-replaced":
    case "worker-ended":
    case "refusals-omitted":
    case "lines-lost":
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
