import type { Fingerprint } from "../../shared/fingerprint.ts";
import type { Entry, Mapping } from "../../shared/mapping.ts";
import type { CertificateOutline } from "../observe/observed.ts";
import { notAcceptedToCome, untilNotAccepted } from "./acceptance.ts";
import type { Kept } from "./afterwards.ts";
import type { PlannedChange } from "./change.ts";
import { certificateNameOf, zoneOf, type Group } from "./group.ts";
import { outlineOf } from "./known-certificates.ts";
import type { Situation } from "./situation.ts";
import { steps, type Steps } from "./steps.ts";

/**
 * Whether a certificate is one of a group's own: listed, or signed by the group's issuer for one of its hostnames. A store
 * is shared with other projects of the account, and nothing of theirs is ever taken away.
 */
export function isOurs(
  { issuers }: Mapping,
  entries: readonly Entry[],
  { fingerprint, signedBy, names }: CertificateOutline,
): boolean {
  return entries.some((entry) => {
    const { accept } = entry;
    if (accept.certificates !== "issued" && accept.certificates.includes(fingerprint)) return true;
    const own = issuers.get(accept.issuer)?.shared !== true && signedBy.includes(accept.issuer);
    const name = certificateNameOf(entry);
    return own && (names.includes(name) || names.includes(entry.hostname));
  });
}

/**
 * What a finished rotation leaves in the stores: certificates of a group's own that the mapping does not list, older than
 * the presented one, and named by nothing: no deployed version, no configuration, no association. They go when no
 * verifier accepts them any more; where the mapping says "issued", which goes on accepting them, when they have expired.
 *
 * @param presented the certificate that the group presents.
 * @param kept what holds certificates in the stores: now, or when the changes that come before are done.
 */
export function leftovers(
  situation: Situation,
  group: Group,
  presented: Fingerprint,
  { listed, named, removed }: Kept,
): Steps {
  const { mapping, observed } = situation;
  const reference = outlineOf(presented, observed);
  if (reference === null || !observed.account.known) return steps();
  if (observed.workers.some(({ deployed }) => !deployed.known)) return steps();
  const isOpen = group.entries.some(({ accept }) => accept.certificates === "issued");
  const isLeft = (certificate: CertificateOutline | null): certificate is CertificateOutline =>
    certificate !== null &&
    isOurs(mapping, group.entries, certificate) &&
    certificate.notBefore < reference.notBefore &&
    (!isOpen || certificate.notAfter <= observed.at) &&
    !listed.has(certificate.fingerprint) &&
    !named.has(certificate.fingerprint);
  const deletions: PlannedChange[] = [];
  const remove = (fingerprint: Fingerprint, change: PlannedChange["change"]): void => {
    const until = removed.has(fingerprint) ? notAcceptedToCome : untilNotAccepted;
    deletions.push(...until(situation, group.entries, fingerprint), {
      change,
      why: "the mapping does not list it, and nothing names it any more",
    });
  };
  for (const { id, certificate } of observed.account.value) {
    if (!isLeft(certificate)) continue;
    const { fingerprint } = certificate;
    remove(fingerprint, { kind: "delete-account-certificate", id, fingerprint });
  }
  for (const zone of new Set(group.entries.map((one) => zoneOf(one.hostname, observed)))) {
    if (zone === null || !zone.hostnameLevel.known) continue;
    for (const { id, status, certificate } of zone.hostnameLevel.value.certificates) {
      if (!isLeft(certificate) || status === "deleted" || status === "pending_deletion") continue;
      const { fingerprint } = certificate;
      const where = { zone: zone.id, zoneName: zone.name };
      remove(fingerprint, { kind: "delete-hostname-certificate", ...where, id, fingerprint });
    }
  }
  return steps(...deletions);
}
