import type { RefusalReason } from "../../origin-verifier/judge/refusal.ts";
import type { Finding } from "../manners/finding.ts";

/** Where a certificate is going to be uploaded: the account's store, or one of the two levels of a zone. */
export const LEVELS = ["store", "hostname", "zone"] as const;

/** One of {@link LEVELS}. */
export type Level = (typeof LEVELS)[number];

/** Something that is wrong with a certificate or its key, found before anybody else stumbles over it. */
export interface LintFinding extends Finding {
  /** `problem`: it must not be uploaded so. `warning`: worth knowing, and no reason to stop. */
  readonly severity: "problem" | "warning";
  /** What would have happened: Cloudflare's error, or the verifier's reason. One line, no full stop. */
  readonly otherwise: string;
}

/** What a rule says; the file is known to whoever asks it. */
export type Found = Omit<LintFinding, "file" | "severity"> & {
  readonly severity?: LintFinding["severity"];
};

/** Cloudflare's error for what it cannot read. */
export const UNREADABLE = "Cloudflare answers 1408: it cannot be parsed";

/** Cloudflare's error for anything but a leaf. */
export const NOT_A_LEAF = "Cloudflare answers 1412: only leaf certificates are allowed";

/** What Cloudflare takes and the origin then refuses: every pull fails, and nobody was told. */
export function refusedAs(reason: RefusalReason, unless = ""): string {
  return `Cloudflare takes it, and the verifier refuses every pull: ${reason}${unless}`;
}

/** Gives what rules found its file, and its severity. */
export function inFile(file: string, found: readonly Found[]): readonly LintFinding[] {
  return found.map((finding) => ({ severity: "problem", ...finding, file }));
}
