import type { Accept } from "../../shared/mapping.ts";

/**
 * When report mode ends: 00:00 UTC of its day, in milliseconds since 1970; null for enforce. A day that is none ends at
 * once: the parser has refused it, and were it to come so far, nothing would be let through for it.
 */
export function reportEnd(mode: Accept["mode"]): number | null {
  return mode === "enforce" ? null : Date.parse(`${mode.report}T00:00:00Z`);
}
