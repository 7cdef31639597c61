import type { Accept } from "../../shared/mapping.ts";
import type { ReportFacts } from "../events.ts";
import type { TrustFacts } from "./trust.ts";

/** An hour, in milliseconds. */
export const HOUR_MS = 3_600_000;
/** A day, in milliseconds. */
export const DAY_MS = 24 * HOUR_MS;

/**
 * When report mode ends: 00:00 UTC of its day, in milliseconds since 1970; null for enforce. A day that is none ends at
 * once: the parser has refused it, and were it to come so far, nothing would be let through for it.
 */
export function reportEnd(mode: Accept["mode"]): number | null {
  return mode === "enforce" ? null : Date.parse(`${mode.report}T00:00:00Z`);
}

/** The hostnames of which the mapping says report, whether that is over or not, by origin hostname. */
export function reportFacts({ origins }: TrustFacts): readonly ReportFacts[] {
  return [...origins.values()].flatMap(({ policy }) => {
    const { originHostname, hostnames, reportUntil } = policy;
    if (reportUntil === null || !Number.isFinite(reportUntil)) return [];
    return [{ originHostname, hostnames, until: new Date(reportUntil).toISOString() }];
  });
}

/** A length of time in words, to the nearest: `7 days`, `1 day`, `2 hours`, `1 minute`. */
export function lasting(ms: number): string {
  if (ms > 23.5 * HOUR_MS) return counted(ms / DAY_MS, "day");
  return ms > HOUR_MS * 0.99 ? counted(ms / HOUR_MS, "hour") : counted(ms / 60_000, "minute");
}

function counted(length: number, one: string): string {
  const whole = Math.max(1, Math.round(length));
  return `${whole} ${one}${whole === 1 ? "" : "s"}`;
}

/** Further ahead than this a day is no day to enforce on, but a way to have no lock. */
const FAR_MS = 366 * DAY_MS;

/** Whether report mode lasts for longer than a year from now; an operator is told so, and nothing is refused for it. */
export function isFarAhead(until: number, now: number): boolean {
  return until - now > FAR_MS;
}

/** Why a day that is more than a year ahead deserves a look. */
export const FAR_AHEAD =
  "more than a year ahead: until then anybody reaches its application, marked as refused";
