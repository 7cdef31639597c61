import type { Finding } from "../manners/finding.ts";
import type { PlannedChange } from "./change.ts";

/** Changes in order, and what stands in the way of going on after them. */
export interface Steps {
  readonly changes: readonly PlannedChange[];
  readonly problems: readonly Finding[];
}

/** Nothing to do. */
export const NO_STEPS: Steps = { changes: [], problems: [] };

/** Steps with nothing wrong. */
export function steps(...changes: readonly PlannedChange[]): Steps {
  return { changes, problems: [] };
}

/** Steps that cannot be gone further. */
export function stuck(...problems: readonly Finding[]): Steps {
  return { changes: [], problems };
}

/**
 * One after the other. Behind a problem nothing is planned: what would come next rests on what cannot be done.
 *
 * @param parts each called only where nothing before it is stuck.
 */
export function inOrder(...parts: readonly (() => Steps)[]): Steps {
  const changes: PlannedChange[] = [];
  for (const part of parts) {
    const next = part();
    changes.push(...next.changes);
    if (next.problems.length > 0) return { changes, problems: next.problems };
  }
  return { changes, problems: [] };
}
