import type { ServerWorld } from "../support/server-world.ts";

/** What is tried at a server for one promise. */
export interface Check {
  readonly promise: string;
  /** Whether it is of a request, which a server that hands bytes on never reads. */
  readonly ofHttp: boolean;
  /** What broke the promise, a phrase each; nothing where it is kept. */
  readonly run: (world: ServerWorld) => Promise<readonly string[]>;
}

/** Phrases of what is as it must not be. */
export function broken(claims: Readonly<Record<string, boolean>>): readonly string[] {
  return Object.entries(claims).flatMap(([what, holds]) => (holds ? [] : [what]));
}
