import type { Fingerprint } from "../../shared/fingerprint.ts";
import { pathTo } from "../../shared/problem.ts";
import type { Finding } from "../manners/finding.ts";
import type { CertificateOutline } from "../observe/observed.ts";
import { suitableOf } from "./desired.ts";
import { certificateNameOf, listedIn, type Group } from "./group.ts";
import { isValidAt, newest, outlineOf } from "./known-certificates.ts";
import { certificatesPath, problem } from "./problems.ts";
import type { Rotation, Situation } from "./situation.ts";
import { moment, short } from "./words.ts";

/** Where a rotation goes. */
export type Target =
  | { readonly kind: "to"; readonly fingerprint: Fingerprint }
  /** There is no certificate to rotate to yet. */
  | { readonly kind: "issue"; readonly why: string }
  /** None is under way, and none is due. */
  | { readonly kind: "none" }
  | { readonly kind: "refused"; readonly problem: Finding };

/**
 * Where a rotation goes, derived and never remembered: to the certificate that was given; else, where several are listed,
 * one is under way to the newest of them; else to a newer one that lies at hand; else to one that has to be issued, where
 * the presented one is due or the operator asks for it.
 */
export function targetOf(situation: Situation, group: Group, rotation: Rotation): Target {
  const { observed, terms } = situation;
  const [entry] = group.entries;
  if (rotation.to !== null) return given(situation, group, rotation.to);
  const open = entry.accept.certificates === "issued";
  const listed = listedIn(group).flatMap((one) => outlineOf(one, observed) ?? []);
  if (!open && listedIn(group).length > 1) return newestListed(group, listed);
  const current = open ? newest(suitableOf(group, observed)) : (listed[0] ?? null);
  const next = open ? current : newest(candidates(situation, group, current));
  if (next !== null && !open) return { kind: "to", fingerprint: next.fingerprint };
  const left = current === null ? 0 : current.notAfter - observed.at;
  if (current !== null && left > terms.renewBefore && !rotation.anew) {
    return open ? { kind: "to", fingerprint: current.fingerprint } : { kind: "none" };
  }
  const split = differentIssuers(group);
  if (split !== null) return { kind: "refused", problem: split };
  const due = rotation.anew ? "was asked for with --new" : "is due";
  const why =
    current === null
      ? "nothing valid is at hand"
      : `a rotation ${due}: ${short(current.fingerprint)} expires ${moment(current.notAfter)}`;
  return { kind: "issue", why };
}

/** One certificate has one issuer: to issue it first, and to find out then that half of the group refuses it, helps nobody. */
function differentIssuers({ entries: [first, ...rest] }: Group): Finding | null {
  const other = rest.find(({ accept }) => accept.issuer !== first.accept.issuer);
  if (other === undefined) return null;
  const message = `${first.hostname} and ${other.hostname} share what presents for them, and name different issuers (${first.accept.issuer}, ${other.accept.issuer}): no certificate can be issued for both`;
  const next = `name one issuer for both; or give a certificate that both files vouch for: pullproof rotate ${first.hostname} --certificate FILE --key FILE`;
  return problem(`${pathTo("hosts", other.hostname)}.accept.issuer`, message, next);
}

/** One is under way: forward, whichever half it is in. Which way forward is, only the certificates' own dates tell. */
function newestListed(group: Group, listed: readonly CertificateOutline[]): Target {
  const unknown = listedIn(group).filter(
    (one) => !listed.some((known) => known.fingerprint === one),
  );
  const latest = newest(listed);
  if (unknown.length === 0 && latest !== null)
    return { kind: "to", fingerprint: latest.fingerprint };
  const [{ hostname }] = group.entries;
  const message = `nobody knows ${unknown.map(short).join(", ")}: which of the certificates is the next cannot be told`;
  const next =
    "name the folder with its files: --certificates DIR; or say where to: --certificate FILE";
  return { kind: "refused", problem: problem(certificatesPath(hostname), message, next) };
}

/** Newer than the presented one, at hand with its key, valid, and signed by the issuer for every hostname of the group or one. */
function candidates(
  { observed }: Situation,
  group: Group,
  current: CertificateOutline | null,
): readonly CertificateOutline[] {
  return observed.atHand
    .map(({ certificate }) => certificate)
    .filter(
      (one) =>
        (current === null || one.notBefore > current.notBefore) &&
        isValidAt(observed.at, one) &&
        isSigned(group, one) &&
        group.entries.some((entry) => one.names.includes(certificateNameOf(entry))),
    );
}

function isSigned({ entries }: Group, { signedBy }: CertificateOutline): boolean {
  return entries.every(({ accept }) => signedBy.includes(accept.issuer));
}

function given({ observed }: Situation, group: Group, fingerprint: Fingerprint): Target {
  const [{ hostname }] = group.entries;
  const outline = outlineOf(fingerprint, observed);
  const refuse = (message: string, next: string): Target => ({
    kind: "refused",
    problem: problem(certificatesPath(hostname), `${short(fingerprint)} ${message}`, next),
  });
  if (outline === null) {
    return refuse("is nowhere to be found", "name its files: --certificate FILE --key FILE");
  }
  if (!isValidAt(observed.at, outline)) {
    return refuse(
      `is valid from ${moment(outline.notBefore)} to ${moment(outline.notAfter)}, and not now`,
      "give one that is valid now: what is not is refused by every verifier",
    );
  }
  if (!isSigned(group, outline)) {
    return refuse(
      "is not signed by the issuer that the mapping names",
      "have the issuer sign it, or name its issuer in the mapping first",
    );
  }
  return { kind: "to", fingerprint };
}
