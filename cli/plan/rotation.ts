import type { Fingerprint } from "../../shared/fingerprint.ts";
import type { Entry } from "../../shared/mapping.ts";
import { workerEntries } from "../worker-entries.ts";
import { untilAccepted } from "./acceptance.ts";
import type { PlannedChange } from "./change.ts";
import { hostnamesOf, listedIn, type Group } from "./group.ts";
import { hostnameCertificate } from "./hostname-lane.ts";
import { presentedFor } from "./presenting.ts";
import type { Situation } from "./situation.ts";
import { inOrder, steps, type Steps } from "./steps.ts";
import { short } from "./words.ts";
import { uploadToAccount } from "./worker-lane.ts";

/**
 * The first half of a rotation, for entries that list their certificates: what is presented stays accepted, the new one is
 * listed second until every verifier accepts it and it lies where it can be presented, and only then goes first.
 *
 * @param target the new certificate; null where only what is presented is to stay accepted.
 */
export function acceptSteps(situation: Situation, group: Group, target: Fingerprint | null): Steps {
  const kept = presentedFor(group, situation.observed).filter(
    (fingerprint) => !listedByAll(group, fingerprint),
  );
  const keeping = kept.map((fingerprint) =>
    listing(
      group,
      fingerprint,
      `${short(fingerprint)} is presented, and the mapping lists it no more`,
    ),
  );
  if (target === null) return steps(...keeping);
  const isFirst = group.entries.every(({ accept }) => accept.certificates[0] === target);
  if (isFirst) return steps(...keeping);
  const isListed = kept.includes(target) || listedByAll(group, target);
  return inOrder(
    () => steps(...keeping),
    () =>
      isListed
        ? steps()
        : steps(listing(group, target, "accepted before it is presented: no pull is ever refused")),
    () => steps(...untilAccepted(situation, group.entries, target)),
    () => prepare(situation, group, target),
    () =>
      steps({
        change: {
          kind: "present-in-mapping",
          hostnames: hostnamesOf(group),
          fingerprint: target,
        },
        why: "the first of the list is the one that is presented",
      }),
  );
}

function listedByAll(group: Group, fingerprint: Fingerprint): boolean {
  return group.entries.every((entry) => listedIn({ entries: [entry] }).includes(fingerprint));
}

function listing(group: Group, fingerprint: Fingerprint, why: string): PlannedChange {
  const missing = group.entries.filter(
    (entry) => !listedIn({ entries: [entry] }).includes(fingerprint),
  );
  const hostnames = missing.map(({ hostname }) => hostname);
  return { change: { kind: "add-to-mapping", hostnames, fingerprint }, why };
}

/** Brings a certificate into the stores from which it can be presented, as far as that presents nothing. */
function prepare(situation: Situation, group: Group, target: Fingerprint): Steps {
  const [first] = workerEntries({ ...situation.mapping, entries: group.entries });
  const byHostname = group.entries.filter(isByHostname);
  return inOrder(
    () => (first === undefined ? steps() : uploadToAccount(situation, first, target)),
    ...byHostname.slice(0, 1).map((entry) => () => hostnameCertificate(situation, entry, target)),
  );
}

function isByHostname({ present }: Entry): boolean {
  return present.by === "edge" && present.level === "hostname";
}
