/** Which requests a fault meets; all of them where nothing is said. */
export interface Target {
  readonly method?: string;
  /** Held against the path behind `/client/v4`, without the query. */
  readonly path?: RegExp;
}

interface Met extends Target {
  /** How many requests it meets before it is over. Default 1. */
  readonly times?: number;
}

/** Something that goes wrong between the tool and Cloudflare, or within Cloudflare. */
export type Fault =
  /** Nothing is done, and the answer is an error: 429 and 5xx with or without Retry-After (documented). */
  | (Met & {
      readonly fault: "answer";
      readonly status: number;
      readonly code?: number;
      readonly message?: string;
      readonly retryAfterSeconds?: number;
      /** Sent instead of JSON: the edge's own error pages are HTML (seen). */
      readonly html?: boolean;
    })
  /** Nothing is done, and the answer is a success with this result, whatever was asked: for forms that nobody expects. */
  | (Met & { readonly fault: "say"; readonly result: unknown })
  /** Nothing is done, and the connection breaks. */
  | (Met & { readonly fault: "hang-up" })
  /** It *is* done, and the connection breaks before the answer: the tool cannot know. */
  | (Met & { readonly fault: "lose-answer" })
  /** It is done, this many ms (of the machine's own clock) later. */
  | (Met & { readonly fault: "slow"; readonly ms: number })
  /** It is done when `until` is fulfilled; `met` says that the request is there. */
  | (Met & { readonly fault: "hold"; readonly met: () => void; readonly until: Promise<void> })
  /** What the request sets on its way never arrives: `deployment_timed_out`, `deletion_timed_out`. */
  | (Met & { readonly fault: "time-out" });

/** The faults that are still to come. */
export interface Faults {
  readonly inject: (fault: Fault) => void;
  /** The next fault for a request, which is counted as met; null for a request that goes well. */
  readonly meet: (method: string, path: string) => Fault | null;
}

export function createFaults(given: readonly Fault[]): Faults {
  const waiting: { readonly fault: Fault; left: number }[] = [];
  const inject = (fault: Fault): void => void waiting.push({ fault, left: fault.times ?? 1 });
  for (const fault of given) inject(fault);
  return {
    inject,
    meet: (method, path) => {
      const met = waiting.find(({ fault, left }) => left > 0 && isFor(fault, method, path));
      if (met === undefined) return null;
      met.left -= 1;
      return met.fault;
    },
  };
}

function isFor(target: Target, method: string, path: string): boolean {
  if (target.method !== undefined && target.method !== method) return false;
  return target.path === undefined || target.path.test(path);
}
