import type { Outcome } from "../support/results.ts";
import type { RawWorld } from "../support/raw-world.ts";
import type { ServerWorld } from "../support/server-world.ts";

/** What came of one promise. */
export interface Found {
  /** What broke it, a phrase each, the same whenever it is tried: the record has them. */
  readonly broken: readonly string[];
  /** Which of many requests of one kind did, for whoever reads: how many of them may differ on a busy machine. */
  readonly rows: readonly string[];
  /** How many of the things that were tried came out wrong, and how many were tried. */
  readonly wrong: number;
  readonly tried: number;
}

/** What is tried at a server for one promise. */
export interface Check {
  readonly promise: string;
  /** Whether it is of a request, which a server that hands bytes on never reads. */
  readonly ofHttp: boolean;
  /** @param raw the same server again, with an application of bytes behind it. */
  readonly run: (world: ServerWorld, raw: RawWorld) => Promise<Found>;
}

/** By phrases of what is as it must not be: whether it is as it must be. */
export type Claims = Readonly<Record<string, boolean>>;

/** What is as it must not be. */
export function broken(claims: Claims): Found {
  const phrases = Object.entries(claims).flatMap(([what, holds]) => (holds ? [] : [what]));
  return { broken: phrases, rows: [], wrong: phrases.length, tried: Object.keys(claims).length };
}

/** What that is in one word. */
export function outcomeOf({ wrong, tried }: Found): Outcome {
  if (wrong === 0) return "kept";
  return wrong < tried ? "partly" : "not kept";
}

/** Several findings as one. */
export function all(...found: readonly Found[]): Found {
  return {
    broken: found.flatMap((one) => one.broken),
    rows: found.flatMap(({ rows }) => rows),
    wrong: found.reduce((sum, { wrong }) => sum + wrong, 0),
    tried: found.reduce((sum, { tried }) => sum + tried, 0),
  };
}
