import type { RefusalReason } from "../../origin-verifier/judge/refusal.ts";
import type { Hostname } from "../../shared/hostname.ts";
import type { Finding } from "../manners/finding.ts";

/** Where a certificate is going to be uploaded: the account's store, or one of the two levels of a zone. */
export const LEVELS = ["store", "hostname", "zone"] as const;

/** One of {@link LEVELS}. */
export type Level = (typeof LEVELS)[number];

/** Which group of rules found it. */
export type LintRule =
  | "form"
  | "leaf"
  | "names"
  | "key"
  | "profile"
  | "chain"
  | "time"
  | "key-file"
  | "pair";

/** Something that is wrong with a certificate or its key, found before anybody else stumbles over it. */
export interface LintFinding extends Finding {
  readonly rule: LintRule;
  /** `problem`: it must not be uploaded so. `warning`: worth knowing, and no reason to stop. */
  readonly severity: "problem" | "warning";
  /** What would have happened: Cloudflare's error, or the verifier's reason. One line, no full stop. */
  readonly otherwise: string;
}

/** What a rule says; the file is known to whoever asks it. */
export type Found = Omit<LintFinding, "file" | "rule" | "severity"> & {
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

/** Stands in a rule's next command for the hostname, which no rule knows. */
const HOSTNAME = "HOSTNAME";

/** Gives what rules found its file, its severity, and, where that is known, the hostname in its next command. */
export function inFile(
  file: string,
  rule: LintRule,
  found: readonly Found[],
  hostname: Hostname | null,
): readonly LintFinding[] {
  return found.map(({ next, ...finding }) => ({
    severity: "problem",
    rule,
    ...finding,
    file,
    next: hostname === null ? next : next.replaceAll(HOSTNAME, hostname),
  }));
}
