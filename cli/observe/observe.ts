import { findPairs, type CertificatePair } from "../certificates/find-pairs.ts";
import type { Mapping } from "../../shared/mapping.ts";
import type { VerifierUrl } from "../verifiers/verifier-url.ts";
import { entriesByBinding } from "../worker-entries.ts";
import type { WranglerConfiguration } from "../wrangler/wrangler-configuration.ts";
import type { CloudflareReader } from "./cloudflare-reader.ts";
import { observeVerifiers } from "./observe-verifiers.ts";
import { observeWorkers } from "./observe-workers.ts";
import { observeZones } from "./observe-zones.ts";
import type { CertificateAtHand, Observed } from "./observed.ts";
import { readKnownIssuers } from "./read-issuers.ts";
import { outlineOf, readOutline } from "./read-outline.ts";

/** Where to look. */
export interface Sources {
  readonly reader: CloudflareReader;
  readonly mapping: Mapping;
  /** Its path: issuers are named relative to it. */
  readonly mappingFile: string;
  /** Null where no entry is presented by a Worker: then there is none to look at. */
  readonly configuration: WranglerConfiguration | null;
  /** The folder of certificates and keys. */
  readonly certificates: string;
  /** A pair that was named by itself; null where none was. */
  readonly pair: CertificatePair | null;
  readonly verifiers: readonly VerifierUrl[];
  /** The verifiers' admin token; null sends none. */
  readonly adminToken: string | null;
  readonly now: () => number;
}

/** Looks at everything that a plan is made from, and changes nothing. What cannot be seen says so. */
export async function observe(sources: Sources): Promise<Observed> {
  const { reader, mapping, mappingFile, configuration, verifiers, adminToken } = sources;
  const issuers = readKnownIssuers(mapping, mappingFile);
  const needsAccount = entriesByBinding(mapping).size > 0;
  const [account, workers, zones, seen] = await Promise.all([
    needsAccount ? reader.accountCertificates() : { known: true as const, value: [] },
    observeWorkers(reader, mapping, configuration),
    observeZones(reader, mapping, issuers),
    observeVerifiers(verifiers, adminToken),
  ]);
  const pairs = [
    ...(sources.pair === null ? [] : [sources.pair]),
    ...findPairs(sources.certificates),
  ];
  const atHand = pairs.flatMap((pair): CertificateAtHand[] => {
    const certificate = outlineOf(pair.x509, issuers);
    if (certificate === null) return [];
    return [{ certificate, certificateFile: pair.certificateFile, keyFile: pair.keyFile }];
  });
  return {
    at: sources.now(),
    account: account.known
      ? {
          known: true,
          value: account.value.map(({ id, name, uploadedAt, text }) => ({
            id,
            name,
            uploadedAt,
            certificate: readOutline(text, issuers),
          })),
        }
      : account,
    workers,
    ...zones,
    verifiers: seen,
    atHand,
  };
}
