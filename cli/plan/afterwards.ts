import type { Fingerprint } from "../../shared/fingerprint.ts";
import { bindingsOf, hostnamesOf, listedIn, type Group } from "./group.ts";
import { configuredPresenters, deployedPresenters, edgePresenters } from "./presenting.ts";
import type { PlannedChange } from "./change.ts";
import type { Situation } from "./situation.ts";

/** What holds certificates in the stores. */
export interface Kept {
  /** Listed by some entry of the mapping. */
  readonly listed: ReadonlySet<Fingerprint>;
  /** Named by something that presents, or would at the next deployment. */
  readonly named: ReadonlySet<Fingerprint>;
  /** Those that changes which come before will have taken out of the mapping. */
  readonly removed: ReadonlySet<Fingerprint>;
}

/** What holds certificates in the stores as things are. */
export function keptNow(situation: Situation): Kept {
  return { ...keptAfterwards(situation, [], [], []), removed: new Set() };
}

/**
 * What will hold them when the changes are done: so that a deletion that follows is told before anybody is asked. For telling
 * alone: nothing may be deleted by it before the changes are done and it is true of what is observed.
 *
 * @param before the changes, which come first in the same lane.
 * @param moving the groups that will present what they are to present.
 * @param presented by what they do, then.
 */
export function keptAfterwards(
  { mapping, observed }: Situation,
  before: readonly PlannedChange[],
  moving: readonly Group[],
  presented: readonly Fingerprint[],
): Kept {
  const removals = before.flatMap(({ change }) =>
    change.kind === "remove-from-mapping" ? [change] : [],
  );
  const listed = mapping.entries.flatMap((entry) =>
    listedIn({ entries: [entry] }).filter(
      (one) =>
        !removals.some(
          ({ fingerprint, hostnames }) => fingerprint === one && hostnames.includes(entry.hostname),
        ),
    ),
  );
  const left = new Set<string>(
    moving.flatMap((group) => [...bindingsOf(group), ...hostnamesOf(group)]),
  );
  const staying = [
    ...deployedPresenters(observed),
    ...configuredPresenters(observed),
    ...edgePresenters(observed),
  ].filter(({ under }) => under === null || !left.has(under));
  return {
    listed: new Set(listed),
    named: new Set([...staying.map(({ fingerprint }) => fingerprint), ...presented]),
    removed: new Set(removals.map(({ fingerprint }) => fingerprint)),
  };
}
