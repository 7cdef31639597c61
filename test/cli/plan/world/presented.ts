import type { Fingerprint } from "../../../../shared/fingerprint.ts";
import { ENTRIES, NAMES, acceptedIn, type Name } from "./mapping.ts";
import { LATE } from "./outline.ts";
import type { Environment, Held, State, Zone } from "./state.ts";

/** Every certificate that a pull for a hostname may carry at this moment. */
export function presentedFor(state: State, name: Name): ReadonlySet<Fingerprint> {
  const entry = ENTRIES[name];
  const presented = new Set<Fingerprint>();
  if ("binding" in entry) {
    for (const { deployed, late } of state.environments.values()) {
      const still = [...late].filter(([, until]) => state.now < until).map(([version]) => version);
      for (const { bindings } of [...deployed.keys(), ...still]) {
        const fingerprint = state.account.get(bindings[entry.binding] ?? ("" as never));
        if (fingerprint !== undefined) presented.add(fingerprint);
      }
    }
    return presented;
  }
  const { zone } = state;
  const association = zone.associations.get(name);
  if (association === undefined) return zoneLevel(zone);
  const now = association.enabled === true ? association.certificateId : null;
  // Some locations come late; and kept connections go on with the certificate that they were opened with.
  const isComing = state.now < association.settlesAt;
  const isKept = state.now < association.settlesAt + LATE;
  const before = association.before.filter((id) => (id === null ? isComing : isKept));
  for (const id of [now, ...before]) {
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

/**
 * The invariant: whatever is presented, every live verifier that serves the hostname accepts it; and where something was
 * ever presented, something is. Empty: it holds.
 */
export function violations(state: State): readonly string[] {
  return [...refusals(state), ...bareHostnames(state)];
}

function refusals(state: State): readonly string[] {
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

/** Hostnames that the edge pulled for with a certificate once, and pulls for without one now. */
function bareHostnames(state: State): readonly string[] {
  const { zone, begun } = state;
  return NAMES.filter((name) => {
    if ("binding" in ENTRIES[name]) return false;
    const association = zone.associations.get(name);
    const isBare =
      association?.enabled === true
        ? !zone.hostnameCertificates.some(
            (one) => one.id === association.certificateId && atEdge(one),
          )
        : !zone.enabled || !zone.zoneCertificates.some(atEdge);
    if (!isBare) begun.add(name);
    return isBare && begun.has(name);
  }).map((name) => `nothing is presented for ${name} any more`);
}

function atEdge({ status }: Held<unknown>): boolean {
  return status === "active" || status === "pending_deletion";
}

/** Whether deploying a configuration as it stands would present nothing that a live verifier refuses. */
export function isAccepted(state: State, environment: Environment): boolean {
  return NAMES.every((name) => {
    const entry = ENTRIES[name];
    if (!("binding" in entry)) return true;
    const fingerprint = state.account.get(environment.configured[entry.binding] ?? ("" as never));
    return (
      fingerprint !== undefined &&
      state.verifiers
        .filter(({ serves }) => serves.includes(name))
        .every(({ loaded }) => acceptedIn(state.mappings[loaded] ?? "", name).includes(fingerprint))
    );
  });
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
