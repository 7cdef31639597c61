import type { Fingerprint } from "../../shared/fingerprint.ts";
import type { Entry } from "../../shared/mapping.ts";
import type { Finding } from "../manners/finding.ts";
import type { VerifierHostname } from "../observe/observed.ts";
import type { Group } from "./group.ts";
import { isIssuedFor, isOfAnother, isValidAt, outlineOf } from "./known-certificates.ts";
import { presentedFor } from "./presenting.ts";
import { certificatesPath, problem } from "./problems.ts";
import type { Situation } from "./situation.ts";
import { stuck, type Steps } from "./steps.ts";
import { short } from "./words.ts";

/**
 * A list that was replaced by hand, `[new]` in place of `[new, old]`: nobody may present the new one before the verifiers accept
 * it, and from the moment that they load this mapping they refuse the old one, which is still presented. So nobody is told to bring
 * it to them. Where the new one is accepted everywhere already, nothing has to be loaded first; and where a verifier accepts the
 * old one no more, waiting would only be longer.
 *
 * @param desired what is to be presented.
 */
export function stillAccepted(situation: Situation, group: Group, desired: Fingerprint): Steps {
  return stuck(...group.entries.flatMap((entry) => wouldBeRefused(situation, entry, desired)));
}

function wouldBeRefused(
  situation: Situation,
  entry: Entry,
  desired: Fingerprint,
): readonly Finding[] {
  const { observed } = situation;
  const { hostname, accept } = entry;
  if (accept.mode !== "enforce") return [];
  const dropped = presentedFor({ entries: [entry] }, observed).find(
    (one) =>
      !isAccepted(situation, entry, one) &&
      isWaitedFor(situation, entry, desired, (at) => takes(situation, at, one)),
  );
  if (dropped === undefined) return [];
  const next = isListed(entry, dropped)
    ? `put the CA that signed it into the file of ${accept.issuer}, beside the new one; or write "mode": { "report": "YYYY-MM-DD" } until the new one is presented`
    : `pullproof rotate ${hostname}: it lists the old one again until nobody pulls with it. To refuse it at once all the same (its key is lost), bring the mapping to the verifiers first`;
  return [
    problem(
      certificatesPath(hostname),
      `${short(dropped)} is presented now, and the mapping ${isListed(entry, dropped) ? "names an issuer that has not signed it" : "accepts it no more"}: verifiers that load it refuse every pull until ${short(desired)} is presented`,
      next,
    ),
  ];
}

/** Whether the mapping accepts a certificate for an entry; of one that is not valid any more nobody is deprived. */
function isAccepted({ observed }: Situation, entry: Entry, fingerprint: Fingerprint): boolean {
  const outline = outlineOf(fingerprint, observed);
  if (outline !== null && !isValidAt(observed.at, outline)) return true;
  if (entry.accept.certificates === "issued")
    return outline !== null && isIssuedFor(entry, outline);
  return isListed(entry, fingerprint) && (outline === null || !isOfAnother(entry, outline));
}

function isListed({ accept }: Entry, fingerprint: Fingerprint): boolean {
  return accept.certificates !== "issued" && accept.certificates.includes(fingerprint);
}

/** Whether a verifier that has to load the mapping first does this now; of those that nobody has named, so it is taken. */
function isWaitedFor(
  situation: Situation,
  { hostname }: Entry,
  desired: Fingerprint,
  does: (at: VerifierHostname) => boolean,
): boolean {
  const { observed, terms } = situation;
  if (observed.verifiers.length === 0) return !terms.assumeAccepted;
  return observed.verifiers.some(({ status }) => {
    const at = status.known ? status.value.hostnames[hostname] : undefined;
    return at !== undefined && !takes(situation, at, desired) && does(at);
  });
}

function takes(
  { observed }: Situation,
  { accepts }: VerifierHostname,
  fingerprint: Fingerprint,
): boolean {
  if (!("names" in accepts)) return accepts.includes(fingerprint);
  const names = outlineOf(fingerprint, observed)?.names ?? [];
  return names.some((name) => accepts.names.includes(name));
}
