import type { Plan } from "./plan.ts";
import type { PlannedChange } from "./change.ts";
import { LASTING } from "./words.ts";

/**
 * What plans or waits say, without how late it is: two that are alike in it tell a person the same. Nothing is decided by it;
 * "last saw it 3 s ago" would have the same plan printed again at every look.
 */
export function timeless(said: Plan | readonly PlannedChange[]): string {
  return JSON.stringify(said, (key, value: unknown) => {
    if (key === "until" && typeof value === "number") return "a moment";
    return key === "why" && typeof value === "string"
      ? value.replaceAll(LASTING, "a while")
      : value;
  });
}
