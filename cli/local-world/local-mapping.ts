import { basename } from "node:path";
import type { Fingerprint } from "../../shared/fingerprint.ts";
import type { Mapping } from "../../shared/mapping.ts";
import { workerEntries, type WorkerEntry } from "../worker-entries.ts";
import type { LocalCertificates } from "./local-certificates.ts";

/**
 * The mapping of the local world, as a document: the given one with its issuers and fingerprints replaced by the
 * throwaway ones. Entries that the edge presents for are left out, since there is no edge here; every entry enforces,
 * whatever its mode, because a date that passes must not change what `dev` shows.
 */
export function localMapping(mapping: Mapping, certificates: LocalCertificates): object {
  const entries = workerEntries(mapping);
  return {
    version: mapping.version,
    issuers: Object.fromEntries(
      [...certificates.issuers].map(([name, { paths }]) => [
        name,
        { certificates: basename(paths.certificate) },
      ]),
    ),
    hosts: Object.fromEntries(
      entries.map((entry) => [
        entry.hostname,
        {
          origin: entry.origin.url,
          present: entry.present,
          accept: localAccept(entry, entries, certificates),
          ...(entry.health === null ? {} : { health: entry.health }),
        },
      ]),
    ),
  };
}

function localAccept(
  { origin, accept }: WorkerEntry,
  entries: readonly WorkerEntry[],
  { pull }: LocalCertificates,
): object {
  if (accept.certificates === "issued") {
    return { issuer: accept.issuer, certificates: "issued", names: accept.names };
  }
  // Entries with one origin hostname accept the same list, so the list holds what each of them presents.
  const fingerprints = new Set<Fingerprint>();
  for (const { origin: other, present } of entries) {
    const certificate = pull.get(present.binding);
    if (other.hostname === origin.hostname && certificate !== undefined) {
      fingerprints.add(certificate.fingerprint);
    }
  }
  return { issuer: accept.issuer, certificates: [...fingerprints] };
}
