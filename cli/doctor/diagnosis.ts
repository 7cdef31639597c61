import type { HostPattern } from "../../shared/hostname.ts";

/** What can be looked at, each with one name for `--json`. */
export type ProbeName =
  | "address"
  | "good-pull"
  | "origin-certificate"
  | "no-certificate"
  | "another-hostname"
  | "another-issuer"
  | "resumed-session"
  | "another-host"
  | "no-name"
  | "plain-http"
  | "port-80"
  | "through-the-worker"
  | "through-the-edge"
  | "zone"
  | "level"
  | "forgotten-toggle"
  | "ssl-mode"
  | "ssl-rules"
  | "page-rules"
  | "origin-rules"
  | "dns-record"
  | "monitors"
  | "workers"
  | "custom-hostnames"
  | "access"
  | "around";

/** What one look at one hostname showed, with what to do about it. */
export interface Diagnosis {
  readonly hostname: HostPattern;
  /** `ADDRESS:PORT` that was asked; null where none was. */
  readonly address: string | null;
  readonly probe: ProbeName;
  /** What was tried, in words. */
  readonly tried: string;
  /**
   * `good`: as it should be. `problem`: somebody gets through, or a good pull does not. `warning`: it holds today.
   * `not-tried`: something was missing to try it with.
   */
  readonly verdict: "good" | "problem" | "warning" | "not-tried";
  /** What it showed, in words; one line. */
  readonly message: string;
  /** The next command or the next edit; null where there is nothing to do. */
  readonly next: string | null;
}

/** What a look showed, before it is said where. */
export type Shown = Pick<Diagnosis, "verdict" | "message" | "next">;

/** As it should be. */
export function good(message: string): Shown {
  return { verdict: "good", message, next: null };
}

/** Somebody gets through, or a good pull does not. */
export function problem(message: string, next: string): Shown {
  return { verdict: "problem", message, next };
}

/** It holds today. */
export function warning(message: string, next: string): Shown {
  return { verdict: "warning", message, next };
}

/** Something was missing to try it with. */
export function notTried(message: string, next: string): Shown {
  return { verdict: "not-tried", message, next };
}

/** One look at a hostname, before it is said at which address. */
export interface ZoneDiagnosis {
  readonly probe: ProbeName;
  /** What was looked at, in words. */
  readonly tried: string;
  readonly shown: Shown;
}
