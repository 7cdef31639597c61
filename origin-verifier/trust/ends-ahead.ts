import { basename } from "node:path";
import { DAY_MS, FAR_AHEAD, isFarAhead, reportFacts } from "./report-end.ts";
import type { Trust } from "./trust.ts";

/** How long ahead of an end the operator is told of it. */
const AHEAD_DAYS = 7;

/**
 * What of a trust ends within a week, or has ended, each a sentence that says what happens then. A revocation list that
 * has ended is a trust like any other: it accepts nothing.
 *
 * @param now milliseconds since 1970.
 */
export function endsAhead(trust: Trust, now: number): readonly string[] {
  const { origins, issuers } = trust;
  const warnings: string[] = [];
  const warn = (what: string, end: number, then: string): void => {
    const days = Math.floor((end - now) / DAY_MS);
    if (days >= AHEAD_DAYS) return;
    const when =
      end > now ? `ends on ${written(end)}, ${inDays(days)}` : `ended on ${written(end)}`;
    warnings.push(`${what} ${when}: ${then}`);
  };
  for (const { name, issuer, crls, revocationUntil } of issuers.values()) {
    const [crl] = crls;
    if (crl !== undefined && revocationUntil !== null) {
      const then = `from then on no pull certificate of ${name} is accepted; put a newer list there`;
      warn(`the revocation list ${basename(crl.file)} of ${name}`, revocationUntil, then);
    }
    for (const { facts } of issuer.certificates) {
      const then = "from then on no pull certificate below it is accepted";
      warn(`the CA ${facts.subjectText} of ${name}`, facts.notAfter, then);
    }
  }
  for (const [hostname, { certificate }] of origins) {
    const then = "from then on the Worker does not pull; renew it";
    warn(`the origin certificate of ${hostname}`, certificate.notAfter, then);
  }
  for (const { hostnames, until } of reportFacts(trust)) {
    const end = Date.parse(until);
    const what = `report mode of ${hostnames.join(", ")}`;
    const then =
      end > now
        ? "from then on what it lets through is refused"
        : 'what it let through is refused since; write "enforce" in the mapping';
    warn(what, end, then);
    if (isFarAhead(end, now)) warnings.push(`${what} ends on ${written(end)}, ${FAR_AHEAD}`);
  }
  return warnings;
}

function inDays(days: number): string {
  if (days === 0) return "within a day";
  return days === 1 ? "in 1 day" : `in ${days} days`;
}

function written(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}
