import type { Entry, Mapping, Present } from "../shared/mapping.ts";

/** An entry whose certificate Cloudflare's edge presents. */
export type EdgeEntry = Entry & { readonly present: Extract<Present, { by: "edge" }> };

/** The mapping's entries that the edge presents for, in its order. */
export function edgeEntries({ entries }: Pick<Mapping, "entries">): readonly EdgeEntry[] {
  return entries.filter((entry): entry is EdgeEntry => entry.present.by === "edge");
}
