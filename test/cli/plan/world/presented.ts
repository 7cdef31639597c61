import type { Fingerprint } from "../../../../shared/fingerprint.ts";
import { ENTRIES, NAMES, acceptedIn, type Name } from "./mapping.ts";
import type { State, Zone } from "./state.ts";

/** Every certificate that a pull for a hostname may carry at this moment. */
export function presentedFor(state: State, name: Name): ReadonlySet<Fingerprint> {
  const entry = ENTRIES[name];
  const presented = new Set<Fingerprint>();
  if ("binding" in entry) {
    for (const { deployed } of state.environments.values()) {
      for (const { bindings } of deployed.keys()) {
        const fingerprint = state.account.get(bindings[entry.binding] ?? ("" as never));
        if (fingerprint !== undefined) presented.add(fingerprint);
      }
    }
    return presented;
  }
  const { zone } = state;
  const association = zone.associations.get(name);
  if (association === undefined) return zoneLevel(zone);
  const isSettled = association.settlesAt <= state.now;
  const now = association.enabled === true ? association.certificateId : null;
  for (const id of isSettled ? [now] : [now, ...association.before]) {
    if (id === null) for (const one of zoneLevel(zone)) presented.add(one);
    else {
      const held = zone.hostnameCertificates.find((one) => one.id === id);
      if (held !== undefined && held.status !== "deleted") presented.add(held.fingerprint);
    }
  }
  return presented;
}

/** Nobody says which of a zone's certificates is presented: each may be. */
function zoneLevel({ enabled, zoneCertificates }: Zone): ReadonlySet<Fingerprint> {
  if (!enabled) return new Set();
  const living = zoneCertificates.filter(({ status }) => status !== "deleted");
  return new Set(living.map(({ fingerprint }) => fingerprint));
}

/** The invariant: whatever is presented, every live verifier that serves the hostname accepts it. Empty: it holds. */
export function violations(state: State): readonly string[] {
  return NAMES.flatMap((name) =>
    [...presentedFor(state, name)].flatMap((fingerprint) =>
      state.verifiers
        .filter(({ isUp, serves }) => isUp && serves.includes(name))
        .filter(
          ({ loaded }) => !acceptedIn(state.mappings[loaded] ?? "", name).includes(fingerprint),
        )
        .map(({ url }) => `${url} refuses ${fingerprint.slice(-4)} for ${name}`),
    ),
  );
}

/** Fails where the invariant does not hold. */
export function hold(state: State, after: string): void {
  const [first] = violations(state);
  if (first !== undefined) throw new Error(`after "${after}": ${first}`);
}

/** Pulls for every hostname, with everything that is presented: each live verifier sees them. */
export function pull(state: State, names: readonly Name[] = NAMES): void {
  for (const name of names) {
    for (const fingerprint of presentedFor(state, name)) {
      for (const { isUp, serves, seen } of state.verifiers) {
        if (!isUp || !serves.includes(name)) continue;
        const forName = seen.get(name) ?? new Map<Fingerprint, number>();
        seen.set(name, forName.set(fingerprint, state.now));
      }
    }
  }
}
