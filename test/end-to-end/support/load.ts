import type { ApplicationAnswer } from "../../../cli/local-world/application-answer.ts";
import type { Fingerprint } from "../../../shared/fingerprint.ts";
import type { Edge } from "./edge.ts";
import type { Host } from "./hosts.ts";

/** What one visit came to. */
export interface Pulled {
  /** 0 where there was no answer. */
  readonly status: number;
  /** What the application was told of the pull; null where it was not asked. */
  readonly fingerprint: string | null;
  /** What the version of the Worker that was visited presents for the hostname. */
  readonly presented: Fingerprint | null;
}

/** Visitors who come and come. */
export interface Load {
  /** Of a hostname: every fingerprint that the application saw, in the order in which each came up. */
  readonly seen: (hostname: string) => readonly string[];
  /** Everything but a 200 whose application saw exactly what the Worker presents. */
  readonly wrong: readonly (Pulled & { readonly hostname: string })[];
  readonly pulls: () => number;
  /** Lets the last ones be answered. */
  readonly stop: () => Promise<void>;
}

/** Between two rounds, in milliseconds; a round is two visits to each hostname at the same time. */
const EVERY = 120;
/** On a machine that cannot keep up, a round is left out. */
const AT_ONCE_AT_MOST = 40;

/** Visits a hostname once. */
export async function pull(edge: Edge, { hostname, binding }: Host): Promise<Pulled> {
  const { status, body, presents } = await edge.visit(hostname);
  const answer = status === 200 ? (JSON.parse(body) as ApplicationAnswer) : null;
  return {
    status,
    fingerprint: answer?.fingerprint ?? null,
    presented: presents[binding] ?? null,
  };
}

/** Visits every hostname again and again, two of them some 30 times a second, and looks at each answer. */
export function startLoad(edge: Edge, hosts: readonly Host[]): Load {
  const seen = new Map<string, Set<string>>();
  const wrong: (Pulled & { readonly hostname: string })[] = [];
  const underWay = new Set<Promise<void>>();
  let pulls = 0;

  const one = async (host: Host): Promise<void> => {
    const { hostname } = host;
    const pulled = await pull(edge, host).catch(() => NO_ANSWER);
    pulls += 1;
    const { status, fingerprint, presented } = pulled;
    if (status !== 200 || fingerprint === null || fingerprint !== presented) {
      wrong.push({ hostname, ...pulled });
      return;
    }
    seen.set(hostname, (seen.get(hostname) ?? new Set()).add(fingerprint));
  };
  const round = (): void => {
    if (underWay.size > AT_ONCE_AT_MOST) return;
    // Both of a hostname one after the other: a balancer sends them to different machines.
    for (const host of hosts.flatMap((each) => [each, each])) {
      const visit: Promise<void> = one(host).finally(() => underWay.delete(visit));
      underWay.add(visit);
    }
  };
  const timer = setInterval(round, EVERY);
  return {
    seen: (hostname) => [...(seen.get(hostname) ?? [])],
    wrong,
    pulls: () => pulls,
    stop: async () => {
      clearInterval(timer);
      await Promise.all(underWay);
    },
  };
}

const NO_ANSWER: Pulled = { status: 0, fingerprint: null, presented: null };
