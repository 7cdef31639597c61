import { createEntryFinder } from "../shared/find-entry.ts";
import type { Hostname } from "../shared/hostname.ts";
import type { Entry, Mapping, Present } from "../shared/mapping.ts";

/** An entry that the Worker presents a certificate for. */
export interface WorkerEntry extends Entry {
  readonly present: Extract<Present, { by: "worker" }>;
}

/** Finds a hostname's entry; undefined where it is unmapped. */
export type WorkerEntryFinder = (hostname: Hostname) => WorkerEntry | undefined;

/** As the mapping's finder, but an entry that the edge presents for is unmapped here: the Worker has nothing to present. */
export function createWorkerEntryFinder(mapping: Mapping): WorkerEntryFinder {
  const find = createEntryFinder(mapping);
  return (hostname) => {
    const entry = find(hostname);
    return entry !== undefined && isWorkerEntry(entry) ? entry : undefined;
  };
}

function isWorkerEntry(entry: Entry): entry is WorkerEntry {
  return entry.present.by === "worker";
}
