import type { Fingerprint } from "../../shared/fingerprint.ts";
import type { MtlsCertificateId } from "../../shared/certificate-id.ts";
import type { Entry } from "../../shared/mapping.ts";
import type {
  AccountCertificate,
  CertificateAtHand,
  CertificateOutline,
  Observed,
} from "../observe/observed.ts";

/** What a certificate says of itself, from whichever place holds it; null where none does. */
export function outlineOf(fingerprint: Fingerprint, observed: Observed): CertificateOutline | null {
  return (
    knownCertificates(observed).find((certificate) => certificate.fingerprint === fingerprint) ??
    null
  );
}

/** Every certificate that some place holds. */
export function knownCertificates(observed: Observed): readonly CertificateOutline[] {
  const account = observed.account.known ? observed.account.value : [];
  const zones = observed.zones.flatMap((zone) =>
    zone.known
      ? [
          ...(zone.value.zoneLevel.known ? zone.value.zoneLevel.value.certificates : []),
          ...(zone.value.hostnameLevel.known ? zone.value.hostnameLevel.value.certificates : []),
        ]
      : [],
  );
  return [
    ...observed.atHand.map(({ certificate }) => certificate),
    ...[...account, ...zones].flatMap(({ certificate }) => certificate ?? []),
  ];
}

/** The files of a certificate; null where they are not at hand. */
export function fileOf(fingerprint: Fingerprint, observed: Observed): CertificateAtHand | null {
  return observed.atHand.find(({ certificate }) => certificate.fingerprint === fingerprint) ?? null;
}

/** A certificate of the account's store. */
export function inAccount(
  fingerprint: Fingerprint,
  { account }: Observed,
): AccountCertificate | null {
  if (!account.known) return null;
  return account.value.find(({ certificate }) => certificate?.fingerprint === fingerprint) ?? null;
}

/** The fingerprint behind an id of the account's store; null where the store has no such id, or cannot be read. */
export function fingerprintOfId(
  id: MtlsCertificateId | undefined,
  { account }: Observed,
): Fingerprint | null {
  if (!account.known) return null;
  return account.value.find((held) => held.id === id)?.certificate?.fingerprint ?? null;
}

/** Whether a certificate would be accepted for an entry that lists none but takes what its issuer signed. */
export function isIssuedFor({ accept }: Entry, certificate: CertificateOutline): boolean {
  return (
    certificate.signedBy.includes(accept.issuer) &&
    certificate.names.some((name) => (accept.names as readonly string[]).includes(name))
  );
}

/**
 * Whether another issuer of the mapping has signed a certificate, and not the entry's: then no verifier accepts it for the entry,
 * whatever its list says. What none of them has signed itself may have an intermediate of its own; nobody here can tell.
 */
export function isOfAnother({ accept }: Entry, { signedBy }: CertificateOutline): boolean {
  return signedBy.length > 0 && !signedBy.includes(accept.issuer);
}

/** Whether a certificate is valid at a moment. */
export function isValidAt(at: number, { notBefore, notAfter }: CertificateOutline): boolean {
  return notBefore <= at && at < notAfter;
}

/** The one that was made last; null of none. */
export function newest(certificates: readonly CertificateOutline[]): CertificateOutline | null {
  return certificates.toSorted((a, b) => b.notBefore - a.notBefore)[0] ?? null;
}
