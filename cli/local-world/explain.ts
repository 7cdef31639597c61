import type { RefusalReason } from "../../origin-verifier/judge/refusal.ts";
import { plainWords } from "../../origin-verifier/observations/plain-words.ts";

/** A reason in plain words, as the second half of a sentence that began with what was tried. */
export function explain(reason: RefusalReason | "unmapped"): string {
  return reason === "unmapped" ? "no entry of the mapping has this hostname" : plainWords(reason);
}
