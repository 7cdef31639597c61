import type { Fingerprint } from "../../shared/fingerprint.ts";
import type { Finding } from "../manners/finding.ts";
import type { CertificateOutline, Observed } from "../observe/observed.ts";
import type { Group } from "./group.ts";
import {
  isIssuedFor,
  isOfAnother,
  isValidAt,
  knownCertificates,
  newest,
  outlineOf,
} from "./known-certificates.ts";
import { presentedFor } from "./presenting.ts";
import { certificatesPath, problem } from "./problems.ts";
import { moment, short } from "./words.ts";

/** What a group is to present; null where the mapping leaves it open and nothing suitable is at hand. */
export type Desired =
  | { readonly ok: true; readonly fingerprint: Fingerprint | null }
  | { readonly ok: false; readonly problems: readonly Finding[] };

/**
 * What a group is to present: the first of its list. Where the mapping says "issued", what is presented stays as long as
 * it is valid, and else the newest that the issuer has signed for one of the names.
 */
export function desiredOf(group: Group, observed: Observed): Desired {
  const [entry] = group.entries;
  const { certificates } = entry.accept;
  if (certificates === "issued") {
    return { ok: true, fingerprint: issuedFor(group, observed) };
  }
  const [fingerprint] = certificates;
  const other = group.entries.find(
    ({ accept }) => accept.certificates === "issued" || accept.certificates[0] !== fingerprint,
  );
  if (other !== undefined) {
    const message = `${entry.hostname} and ${other.hostname} share what presents for them, and list different certificates first`;
    const next = "give each a binding of its own, or list the same certificate first in both";
    return { ok: false, problems: [problem(certificatesPath(other.hostname), message, next)] };
  }
  const [first, ...more] = [
    ...otherIssuers(group, fingerprint, observed),
    ...expiry(group, fingerprint, observed),
  ];
  return first === undefined
    ? { ok: true, fingerprint }
    : { ok: false, problems: [first, ...more] };
}

/** One certificate for entries with different issuers: each of them has to vouch for it. */
function otherIssuers(
  { entries }: Group,
  fingerprint: Fingerprint,
  observed: Observed,
): readonly Finding[] {
  const outline = outlineOf(fingerprint, observed);
  if (outline === null) return [];
  return entries
    .filter((entry) => isOfAnother(entry, outline))
    .map(({ hostname, accept }) =>
      problem(
        `${certificatesPath(hostname)}[0]`,
        `${short(fingerprint)} is signed by ${outline.signedBy.join(" and ")}, and ${hostname} names ${accept.issuer}: every pull with it is refused there`,
        `name the issuer that has signed it, or put that CA into the file of ${accept.issuer} too; or give ${hostname} a certificate and a binding of its own`,
      ),
    );
}

/** An expired certificate is refused by every verifier; one that begins tomorrow is, today. */
function expiry(
  { entries }: Group,
  fingerprint: Fingerprint,
  observed: Observed,
): readonly Finding[] {
  const outline = outlineOf(fingerprint, observed);
  if (outline === null || isValidAt(observed.at, outline)) return [];
  const [{ hostname }] = entries;
  const when =
    outline.notAfter <= observed.at
      ? `expired ${moment(outline.notAfter)}`
      : `is valid from ${moment(outline.notBefore)} only`;
  return [
    problem(
      `${certificatesPath(hostname)}[0]`,
      `${short(fingerprint)} ${when}: every pull with it is refused`,
      `pullproof rotate ${hostname}`,
    ),
  ];
}

/** What is presented and valid now; else the newest that is. */
function issuedFor(group: Group, observed: Observed): Fingerprint | null {
  const presented = presentedFor(group, observed).flatMap(
    (fingerprint) => outlineOf(fingerprint, observed) ?? [],
  );
  const suitable = suitableOf(group, observed);
  const kept = newest(presented.filter((one) => suitable.includes(one)));
  return (kept ?? newest(suitable))?.fingerprint ?? null;
}

/** The valid certificates that a group with "issued" could present. */
export function suitableOf(group: Group, observed: Observed): readonly CertificateOutline[] {
  return knownCertificates(observed).filter(
    (certificate) =>
      isValidAt(observed.at, certificate) &&
      group.entries.every((entry) => isIssuedFor(entry, certificate)),
  );
}
