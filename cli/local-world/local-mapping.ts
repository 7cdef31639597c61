import { basename } from "node:path";
import type { Fingerprint } from "../../shared/fingerprint.ts";
import type { Entry, Mapping } from "../../shared/mapping.ts";
import { carriesSecret } from "./local-secrets.ts";
import type { LocalCertificates } from "./local-certificates.ts";

/**
 * The mapping of the local world, as a document: the given one with its issuers and fingerprints replaced by the
 * throwaway ones. Every entry enforces, whatever its mode, because a date that passes must not change what `dev` shows.
 *
 * @param withSecrets whether the secret of `X-Pull-Secret` is asked for where the Worker sends one: then the verifier needs
 *   the local ones in its environment. Nothing else is asked for beside the certificate: nobody here has Cloudflare's
 *   addresses, or a token of Access.
 */
export function localMapping(
  mapping: Mapping,
  certificates: LocalCertificates,
  withSecrets = false,
): object {
  return {
    version: mapping.version,
    issuers: Object.fromEntries(
      [...certificates.issuers].map(([name, { paths }]) => [
        name,
        { certificates: basename(paths.certificate) },
      ]),
    ),
    hosts: Object.fromEntries(
      mapping.entries.map((entry) => [
        entry.hostname,
        {
          origin: writtenOrigin(entry),
          present: localPresent(entry),
          accept: {
            ...localAccept(entry, sharing(entry, mapping), certificates),
            ...(withSecrets && carriesSecret(entry, mapping)
              ? { also: { header: (entry.accept.also.header ?? []).map((env) => ({ env })) } }
              : {}),
          },
          ...(entry.health === null ? {} : { health: entry.health }),
        },
      ]),
    ),
  };
}

/**
 * Who presents, without what belongs to locks beside the certificate: the local world has none of them (see below).
 *
 * Nobody but Cloudflare has the shared certificate's key: here it is a throwaway one, which proves no more and no less
 * than any other, and so is accepted as one of one's own is.
 */
function localPresent({ present }: Entry): object {
  if (present.by === "worker") {
    const { header, ...others } = present;
    return { ...others, ...(header === null ? {} : { header: { env: header } }) };
  }
  return present.level === "shared" ? { by: "edge", level: "hostname" } : present;
}

/** One as a text, several as a list. */
function writtenOrigin({ origins }: Entry): string | readonly string[] {
  const [first, ...others] = origins.map(({ url }) => url);
  return others.length === 0 ? (first ?? "") : [first ?? "", ...others];
}

/** Every entry that shares an origin hostname with this one, or with one that does: all of them accept the same. */
function sharing(entry: Entry, { entries }: Mapping): readonly Entry[] {
  const found = new Set([entry]);
  const hostnames = new Set<string>();
  // What is added on the way is visited, too.
  for (const { origins } of found) {
    for (const { hostname } of origins) hostnames.add(hostname);
    for (const other of entries) {
      if (other.origins.some(({ hostname }) => hostnames.has(hostname))) found.add(other);
    }
  }
  return entries.filter((other) => found.has(other));
}

function localAccept(
  { accept }: Entry,
  entries: readonly Entry[],
  local: LocalCertificates,
): object {
  if (accept.certificates === "issued" && accept.names.length > 0) {
    return { issuer: accept.issuer, certificates: "issued", names: accept.names };
  }
  // Entries with one origin hostname accept the same list, so the list holds what each of them presents.
  const fingerprints = new Set<Fingerprint>();
  for (const { hostname, present } of entries) {
    const certificate =
      present.by === "worker" ? local.pull.get(present.binding) : local.edge.get(hostname);
    if (certificate !== undefined) fingerprints.add(certificate.fingerprint);
  }
  return { issuer: accept.issuer, certificates: [...fingerprints] };
}
