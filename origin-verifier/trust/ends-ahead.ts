import { basename } from "node:path";
import type { Trust } from "./trust.ts";

const DAY_MS = 86_400_000;
/** How long ahead of an end the operator is told of it. */
const AHEAD_DAYS = 7;

/**
 * What of a trust ends within a week, or has ended, each a sentence that says what happens then. A revocation list that
 * has ended is a trust like any other: it accepts nothing.
 *
 * @param now milliseconds since 1970.
 */
export function endsAhead({ origins, issuers }: Trust, now: number): readonly string[] {
  const warnings: string[] = [];
  const warn = (what: string, end: number, then: string): void => {
    const days = Math.floor((end - now) / DAY_MS);
    if (days >= AHEAD_DAYS) return;
    const when =
      end > now ? `ends on ${written(end)}, in ${days} days` : `ended on ${written(end)}`;
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
  return warnings;
}

function written(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}
