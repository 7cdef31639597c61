import type { Hostname } from "../../shared/hostname.ts";
import type { IssuerName, Mapping } from "../../shared/mapping.ts";
import { fingerprintOf } from "../certificate/fingerprint-of.ts";
import type { TrustSources } from "./trust-sources.ts";
import type { FileReports } from "./file-reports.ts";
import { compilePolicy, entriesByOrigin } from "./group-policies.ts";
import { createOriginContext } from "./origin-context.ts";
import { readOwnCertificates, type OwnCertificate } from "./own-certificates.ts";
import type { Terms } from "./read-issuers.ts";
import { readOtherLocks } from "./read-other-locks.ts";
import type { IssuerTrust, OriginTrust, OwnCertificateFacts } from "./trust.ts";

/** Puts together what each origin hostname is served with and judged by. */
export async function readOrigins(
  mapping: Mapping,
  sources: TrustSources,
  issuers: ReadonlyMap<IssuerName, IssuerTrust>,
  terms: Terms,
  reports: FileReports,
): Promise<{
  readonly origins: ReadonlyMap<Hostname, OriginTrust>;
  readonly warnings: readonly string[];
}> {
  const groups = entriesByOrigin(mapping);
  const own = await readOwnCertificates(sources, [...groups.keys()], terms, reports);
  const origins = new Map<Hostname, OriginTrust>();
  const warnings: string[] = [];
  for (const [hostname, entries] of groups) {
    const certificate = own.get(hostname);
    if (certificate === undefined)
      warnings.push(`${hostname} is not served here: no origin certificate is given for it`);
    const issuer = issuers.get(entries[0].accept.issuer);
    if (certificate === undefined) continue;
    const others = await readOtherLocks(entries[0], sources.mapping, reports);
    if (issuer === undefined || others === null) continue;
    const context = reports.take(certificate.file, createOriginContext(certificate, issuer));
    if (context === null) continue;
    const port = entries[0].origins.find((origin) => origin.hostname === hostname)?.port ?? 443;
    const authority = port === 443 ? hostname : `${hostname}:${port}`;
    origins.set(hostname, {
      policy: compilePolicy(hostname, entries, mapping, issuer, others),
      context,
      certificate: factsOf(certificate),
      authority,
    });
  }
  return { origins, warnings };
}

function factsOf({ leaf, notAfter }: OwnCertificate): OwnCertificateFacts {
  return {
    fingerprint: fingerprintOf(leaf.raw),
    notBefore: leaf.validFromDate.getTime(),
    notAfter,
  };
}
