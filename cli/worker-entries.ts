import type { BindingName, Entry, Mapping, Present } from "../shared/mapping.ts";

/** An entry whose certificate a Worker presents. */
export type WorkerEntry = Entry & { readonly present: Extract<Present, { by: "worker" }> };

/** The mapping's entries that a Worker presents for, in its order. */
export function workerEntries(mapping: Mapping): readonly WorkerEntry[] {
  return mapping.entries.filter((entry): entry is WorkerEntry => entry.present.by === "worker");
}

/** The same, by binding: one binding may carry the certificate of several hostnames. */
export function entriesByBinding(
  mapping: Mapping,
): ReadonlyMap<BindingName, readonly [WorkerEntry, ...WorkerEntry[]]> {
  const byBinding = new Map<BindingName, [WorkerEntry, ...WorkerEntry[]]>();
  for (const entry of workerEntries(mapping)) {
    const others = byBinding.get(entry.present.binding);
    if (others === undefined) byBinding.set(entry.present.binding, [entry]);
    else others.push(entry);
  }
  return byBinding;
}

/** Whether any entry is presented by a Worker: a mapping of the edge's alone needs none, and nothing of wrangler's. */
export function needsWorker(mapping: Mapping): boolean {
  return workerEntries(mapping).length > 0;
}
