import { readFileSync } from "node:fs";

/** Which cores do what: load never shares one with a server that is measured on one core. */
export interface Cores {
  /** The one of every server that is measured on one core. */
  readonly server: readonly number[];
  /** For what is measured on two. With two cores in all, the load is on them too. */
  readonly pair: readonly number[];
  /** Load and application, where a server is measured on one core. */
  readonly load: readonly number[];
  /** Load and application beside a pair. */
  readonly besidePair: readonly number[];
}

/** The cores that this process may use. */
export function readCores(): Cores {
  const status = readFileSync("/proc/self/status", "utf8");
  const list = /^Cpus_allowed_list:\s*(.+)$/m.exec(status)?.[1] ?? "0";
  return divideCores(parseCoreList(list));
}

/** Divides them. @throws Error with fewer than two: load and server on one core measure each other. */
export function divideCores(all: readonly number[]): Cores {
  const [first, second, ...others] = all;
  if (first === undefined || second === undefined)
    throw new Error("a benchmark needs two cores at least: one for the server, one for the load");
  return {
    server: [first],
    pair: [first, second],
    load: [second, ...others],
    besidePair: others.length > 0 ? others : [first, second],
  };
}

/** Reads a list as the kernel writes it: `0-2,5`. */
export function parseCoreList(text: string): readonly number[] {
  return text
    .trim()
    .split(",")
    .flatMap((part) => {
      const [from = Number.NaN, to = from] = part.split("-").map(Number);
      return Array.from({ length: to - from + 1 }, (_, at) => from + at);
    });
}
