import type { Entry } from "../../shared/mapping.ts";
import type { OriginCertificate } from "../probe/outcome.ts";
import { good, problem, warning, type Shown } from "./diagnosis.ts";

/** Days before its end from which an origin certificate is worth a warning: what Cloudflare's own first notice has. */
const WARN_DAYS = 30;
const DAY = 86_400_000;

/** What holds an origin certificate against. */
export interface OriginCertificateRules {
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Whether wrangler's configuration has `cots_on_external_fetch`: then the account's own CAs count too. */
  readonly customOriginTrust: boolean;
  /** Whether it was held against CAs that were named, and not the public ones. */
  readonly namedIssuers: boolean;
}

/**
 * Whether Cloudflare will take the origin certificate. A Worker's pull outside of its zone is held to Full (strict)
 * whatever the zone's own mode: a certificate of a public CA, or 526.
 */
export function judgeOriginCertificate(
  { present }: Pick<Entry, "present">,
  certificate: OriginCertificate,
  { now, customOriginTrust, namedIssuers }: OriginCertificateRules,
): Shown {
  const days = Math.floor((certificate.notAfter - now) / DAY);
  const until = Number.isNaN(days) ? "" : `, ${days} days left`;
  const what = `${certificate.subject}, by ${certificate.issuer}${until}`;
  if (days < 0) return problem(`expired: ${what}`, "put the renewed origin certificate in place");
  if (certificate.problem !== null) {
    const why = `${certificate.problem}: ${what}`;
    if (present.by === "worker" && !customOriginTrust && !namedIssuers) {
      return problem(
        `${why}: Cloudflare answers 526`,
        "a certificate of a public CA; or the Custom Origin Trust Store and the flag cots_on_external_fetch; --origin-ca FILE names a CA of your own to probe with",
      );
    }
    return warning(
      why,
      present.by === "edge"
        ? "name the CA that it is to be held against: --origin-ca FILE; Full (strict) takes public CAs and Cloudflare's Origin CA, and Universal SSL is the edge's own, for visitors"
        : "name the CA that it is to be held against: --origin-ca FILE",
    );
  }
  if (days < WARN_DAYS) return warning(`ends soon: ${what}`, "renew the origin certificate");
  return good(what);
}
