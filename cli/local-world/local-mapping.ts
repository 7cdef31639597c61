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
          origin: entry.origin.url,
          present: localPresent(entry),
          accept: {
            ...localAccept(entry, mapping, certificates),
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

function localAccept(
  { origin, accept }: Entry,
  mapping: Mapping,
  local: LocalCertificates,
): object {
  if (accept.certificates === "issued" && accept.names.length > 0) {
    return { issuer: accept.issuer, certificates: "issued", names: accept.names };
  }
  // Entries with one origin hostname accept the same list, so the list holds what each of them presents.
  const fingerprints = new Set<Fingerprint>();
  for (const { hostname, origin: other, present } of mapping.entries) {
    const certificate =
      present.by === "worker" ? local.pull.get(present.binding) : local.edge.get(hostname);
    if (other.hostname === origin.hostname && certificate !== undefined) {
      fingerprints.add(certificate.fingerprint);
    }
  }
  return { issuer: accept.issuer, certificates: [...fingerprints] };
}
