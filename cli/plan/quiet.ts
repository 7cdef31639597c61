import type { Fingerprint } from "../../shared/fingerprint.ts";
import type { HostPattern } from "../../shared/hostname.ts";
import type { ObservedVerifier } from "../observe/observed.ts";
import { unservedOrigins, type HeldUpBy } from "./acceptance.ts";
import type { PlannedChange } from "./change.ts";
import { hostnamesOf, type Group } from "./group.ts";
import { changesFor } from "./presented-since.ts";
import type { Situation } from "./situation.ts";
import { lasting } from "./words.ts";

/**
 * The wait before a certificate may stop being accepted: none where every named verifier has watched for the whole quiet
 * time without seeing it. A verifier that restarted has watched since then alone: what it does not remember, it does not
 * say. With no verifier named the wait never ends, unless the operator has said that nobody pulls with it.
 */
export function untilQuiet(
  situation: Situation,
  group: Group,
  fingerprint: Fingerprint,
): readonly PlannedChange[] {
  const { observed, terms } = situation;
  if (observed.verifiers.length === 0 && terms.assumeQuiet) return [];
  const hostnames = hostnamesOf(group);
  const disturbances = [
    ...observed.verifiers.flatMap(
      (verifier) => disturbance(situation, verifier, hostnames, fingerprint) ?? [],
    ),
    ...latePulls(situation, group),
  ];
  const unserved = unservedOrigins(observed.verifiers, group.entries);
  if (disturbances.length === 0 && unserved.length === 0) return [];
  const ends = disturbances.map(({ left }) => left);
  const known = ends.length > 0 && ends.every((left) => left !== null);
  return [
    {
      change: {
        kind: "wait-for-quiet",
        hostnames,
        fingerprint,
        quiet: terms.quiet,
        until: known ? observed.at + Math.max(...ends) : null,
        verifiers:
          disturbances.length > 0 || observed.verifiers.length === 0
            ? disturbances.map(({ by }) => by)
            : unserved,
      },
      why: `whoever still pulls with it would be refused: nobody may for ${lasting(terms.quiet)}`,
    },
  ];
}

/**
 * What was replaced a moment ago may still pull: requests under way, kept connections, locations that come late. A verifier
 * that sees few pulls has not seen one of them in all that time, and it means nothing: the time begins with the change.
 */
function latePulls({ observed, terms }: Situation, group: Group): readonly Disturbance[] {
  return changesFor(group, observed).flatMap(({ since, what }) => {
    const age = observed.at - since;
    if (age >= terms.quiet) return [];
    const why = `${what} ${lasting(age)} ago: what was before may still be on its way`;
    return [{ by: { url: "", why }, left: terms.quiet - age }];
  });
}

/** The same wait as a part of what is to come: it begins when the new certificate is presented everywhere. */
export function quietToCome(
  { terms }: Situation,
  group: Group,
  fingerprint: Fingerprint,
): readonly PlannedChange[] {
  if (terms.quiet === 0) return [];
  const verifiers = [{ url: "", why: "which begins when the new one is presented everywhere" }];
  const { quiet } = terms;
  const hostnames = hostnamesOf(group);
  return [
    {
      change: { kind: "wait-for-quiet", hostnames, fingerprint, quiet, until: null, verifiers },
      why: "whoever still pulls with it would be refused",
    },
  ];
}

interface Disturbance {
  readonly by: HeldUpBy;
  /** Milliseconds until the quiet time is over, if nothing is seen again; null where nobody can say. */
  readonly left: number | null;
}

function disturbance(
  { terms }: Situation,
  { url, status }: ObservedVerifier,
  hostnames: readonly HostPattern[],
  fingerprint: Fingerprint,
): Disturbance | null {
  if (!status.known) return { by: { url, why: `does not answer (${status.why})` }, left: null };
  const { now, watchingSince, hostnames: served } = status.value;
  const here = hostnames.flatMap((name) => served[name] ?? []);
  if (here.length === 0) return null;
  if (watchingSince === null) return { by: { url, why: "accepts no pulls yet" }, left: null };
  const sightings = here
    .flatMap(({ seen }) => seen)
    .filter((one) => one.fingerprint === fingerprint)
    .map(({ lastSeen }) => lastSeen);
  const lastSeen = sightings.length === 0 ? null : Math.max(...sightings);
  const quietFor = now - Math.max(watchingSince, lastSeen ?? watchingSince);
  if (quietFor >= terms.quiet) return null;
  const why =
    lastSeen !== null && lastSeen >= watchingSince
      ? `last saw it ${lasting(now - lastSeen)} ago`
      : `has not seen it, but has watched for ${lasting(now - watchingSince)} only`;
  return { by: { url, why }, left: terms.quiet - quietFor };
}
