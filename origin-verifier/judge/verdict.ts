import type { Fingerprint } from "../../shared/fingerprint.ts";
import type { Hostname } from "../../shared/hostname.ts";
import type { CertificateReason, Refusal } from "./refusal.ts";

/** The proof that a pull was judged and found to be one: only the judge makes it. */
export interface AcceptedPull {
  readonly verdict: "accepted";
  /** The hostname that the visitor asked for. */
  readonly hostname: Hostname;
  readonly originHostname: Hostname;
  /** The fingerprint of the pull certificate. */
  readonly fingerprint: Fingerprint;
}

/**
 * A refused pull that its hostname's report mode lets through to that hostname's application. It proves nothing: whoever
 * sent it may be anybody, and so it has no fingerprint, and nothing of it can be used as an {@link AcceptedPull} before
 * `verdict` has been looked at.
 */
export interface ReportedPull {
  readonly verdict: "refused";
  /** Why it is refused as soon as the hostname enforces. */
  readonly reason: CertificateReason;
  /** The hostname that was asked for: one of those with this origin hostname. */
  readonly hostname: Hostname;
  readonly originHostname: Hostname;
  /** When report mode ends, and the like of it reaches nobody any more: milliseconds since 1970. */
  readonly reportUntil: number;
}

/** What an application gets with each request. In report mode alone, not all of them are accepted. */
export type JudgedPull = AcceptedPull | ReportedPull;

/** A refused pull. */
export interface RefusedPull extends Refusal {
  readonly verdict: "refused";
  /** What its hostname's application gets of it in report mode; null where nobody gets anything, which is nearly always. */
  readonly reported: ReportedPull | null;
}

/** The decision. Report mode changes none: it says what becomes of a refused pull. */
export type Verdict = AcceptedPull | RefusedPull;
