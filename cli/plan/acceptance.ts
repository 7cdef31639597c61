import type { Fingerprint } from "../../shared/fingerprint.ts";
import type { Entry } from "../../shared/mapping.ts";
import type { ObservedVerifier, VerifierHostname, VerifierStatus } from "../observe/observed.ts";
import type { PlannedChange } from "./change.ts";
import { outlineOf } from "./known-certificates.ts";
import type { Situation } from "./situation.ts";
import { short } from "./words.ts";

/** A verifier that holds something up, and why. */
export interface HeldUpBy {
  readonly url: string;
  readonly why: string;
}

/**
 * The wait before anything may present a certificate for entries: none where every named verifier accepts it for each of
 * them. With no verifier named it never ends, unless the operator has said that they accept it.
 *
 * @param fingerprint null is Cloudflare's shared certificate.
 */
export function untilAccepted(
  situation: Situation,
  entries: readonly Entry[],
  fingerprint: Fingerprint | null,
): readonly PlannedChange[] {
  const { verifiers } = situation.observed;
  if (verifiers.length === 0 && situation.terms.assumeAccepted) return [];
  const holding = verifiers.flatMap((verifier) =>
    holdsUp(situation, verifier, entries, (entry, at) =>
      accepts(situation, entry, at, fingerprint),
    ),
  );
  const nobody = unservedOrigins(verifiers, entries);
  if (verifiers.length > 0 && holding.length === 0 && nobody.length === 0) return [];
  return [
    {
      change: {
        kind: "wait-for-verifiers",
        hostnames: entries.map(({ hostname }) => hostname),
        fingerprint,
        until: "accepted",
        verifiers: holding.length > 0 || verifiers.length === 0 ? holding : nobody,
      },
      why: "what no verifier accepts yet would be refused at the origin",
    },
  ];
}

/** The wait before a certificate is called retired: none where no verifier accepts it any more, or none was named. */
export function untilNotAccepted(
  situation: Situation,
  entries: readonly Entry[],
  fingerprint: Fingerprint,
): readonly PlannedChange[] {
  const holding = situation.observed.verifiers.flatMap((verifier) =>
    holdsUp(situation, verifier, entries, (_, { accepts: accepted }) =>
      "names" in accepted || !accepted.includes(fingerprint) ? null : "still accepts it",
    ),
  );
  if (holding.length === 0) return [];
  return [
    {
      change: {
        kind: "wait-for-verifiers",
        hostnames: entries.map(({ hostname }) => hostname),
        fingerprint,
        until: "not accepted",
        verifiers: holding,
      },
      why: "the mapping no longer lists it; it is retired when no verifier accepts it",
    },
  ];
}

/** The same wait as a part of what is to come: it begins when the mapping no longer lists the certificate. */
export function notAcceptedToCome(
  { observed }: Situation,
  entries: readonly Entry[],
  fingerprint: Fingerprint,
): readonly PlannedChange[] {
  if (observed.verifiers.length === 0) return [];
  const hostnames = entries.map(({ hostname }) => hostname);
  const verifiers = [{ url: "", why: "each has to load the mapping that no longer lists it" }];
  return [
    {
      change: {
        kind: "wait-for-verifiers",
        hostnames,
        fingerprint,
        until: "not accepted",
        verifiers,
      },
      why: "it is retired when no verifier accepts it",
    },
  ];
}

function holdsUp(
  { mappingDigest }: Situation,
  { url, status }: ObservedVerifier,
  entries: readonly Entry[],
  ask: (entry: Entry, at: VerifierHostname) => string | null,
): readonly HeldUpBy[] {
  if (!status.known) return [{ url, why: `does not answer (${status.why})` }];
  const whys = entries.flatMap((entry) => {
    const at = status.value.hostnames[entry.hostname];
    if (at !== undefined) return ask(entry, at) ?? [];
    // Another origin's verifier, or one that has not heard of the hostname yet? Its mapping's digest tells.
    if (status.value.mappingDigest === mappingDigest) return [];
    return `has another mapping, without ${entry.hostname}`;
  });
  const [why] = whys;
  return why === undefined ? [] : [{ url, why: withReload(why, status.value) }];
}

function withReload(why: string, { reloadFailure }: VerifierStatus): string {
  return reloadFailure === null ? why : `${why}; its last reload failed: ${reloadFailure}`;
}

function accepts(
  situation: Situation,
  { accept }: Entry,
  { accepts: accepted }: VerifierHostname,
  fingerprint: Fingerprint | null,
): string | null {
  if (accept.certificates !== "issued") {
    const listed = !("names" in accepted) && fingerprint !== null && accepted.includes(fingerprint);
    return listed ? null : "does not accept it yet";
  }
  if (!("names" in accepted)) return "accepts listed certificates alone, so far";
  // The shared certificate: no names are to be had, and none are asked for.
  if (fingerprint === null) return accepted.names.length === 0 ? null : "asks for names, so far";
  const names = outlineOf(fingerprint, situation.observed)?.names ?? [];
  if (names.some((name) => accepted.names.includes(name))) return null;
  return `accepts none of its names (${names.join(", ") || short(fingerprint)})`;
}

/**
 * The origins of entries that no verifier which was named serves. What holds at one origin holds at none of the others: a
 * pull that fails over would be refused there.
 */
export function unservedOrigins(
  verifiers: readonly ObservedVerifier[],
  entries: readonly Entry[],
): readonly HeldUpBy[] {
  return entries.flatMap(({ hostname, origins }) => {
    const served = new Set(
      verifiers.flatMap(({ status }) =>
        status.known ? (status.value.hostnames[hostname]?.originHostnames ?? []) : [],
      ),
    );
    const missing = origins.filter((origin) => !served.has(origin.hostname));
    if (missing.length === origins.length)
      return [{ url: "", why: `no verifier that was named serves ${hostname}` }];
    return missing.map((origin) => ({
      url: "",
      why: `no verifier that was named serves ${hostname} at ${origin.hostname}`,
    }));
  });
}
