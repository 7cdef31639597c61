import { acceptedIn, ENTRIES, NAMES, withCertificates, type Name } from "./mapping.ts";
import { outline } from "./outline.ts";
import { setDeployment } from "./perform.ts";
import { pull } from "./presented.ts";
import type { Environment, Held, State, Verifier, Version } from "./state.ts";

/** Lets time pass: what was on its way arrives, and visitors ask for some of the hostnames. */
export function advance(state: State, by: number, asked: readonly Name[] = NAMES): void {
  pull(state, asked);
  state.now += by;
  for (const held of [...state.zone.zoneCertificates, ...state.zone.hostnameCertificates]) {
    settle(held, state.now);
  }
  pull(state, asked);
}

function settle(held: Held<unknown>, now: number): void {
  if (held.settlesAt > now) return;
  if (held.status === "pending_deployment") held.status = "active";
  if (held.status === "pending_deletion") held.status = "deleted";
}

/** The mapping's file reaches a verifier's machine. */
export function copyMapping(state: State, verifier: Verifier): void {
  verifier.copied = state.mappings.length - 1;
}

/** A verifier loads what lies on its machine. */
export function reload(verifier: Verifier): void {
  verifier.loaded = verifier.copied;
}

/** A verifier begins anew: it remembers nothing that it saw. */
export function restart(state: State, verifier: Verifier): void {
  reload(verifier);
  verifier.isUp = true;
  verifier.watchingSince = state.now;
  verifier.seen.clear();
}

/** Somebody rolls back to an earlier version: to one whose certificates the mapping still lists, as the tool advises. */
export function rollBack(state: State, environment: Environment, back: number): boolean {
  const text = state.mappings.at(-1) ?? "";
  const isListed = ({ bindings }: Version): boolean =>
    NAMES.every((name) => {
      const entry = ENTRIES[name];
      if (!("binding" in entry)) return true;
      const fingerprint = state.account.get(bindings[entry.binding] ?? ("" as never));
      return fingerprint !== undefined && acceptedIn(text, name).includes(fingerprint);
    });
  const earlier = environment.versions.filter(
    (version) => !environment.deployed.has(version) && isListed(version),
  );
  const version = earlier.toReversed()[back];
  if (version === undefined) return false;
  setDeployment(state, environment, [[version, 100]]);
  return true;
}

/** Somebody issues a certificate and lists it first, at once, without asking any verifier. */
export function listFirst(state: State, names: readonly Name[]): void {
  const made = outline(names[0] ?? "", state.now);
  state.certificates.set(made.fingerprint, made);
  state.atHand.add(made.fingerprint);
  const [text] = state.mappings.slice(-1);
  state.mappings.push(
    withCertificates(text ?? "", names, (listed) => [made.fingerprint, ...listed]),
  );
}

/** Whoever began a gradual deployment finishes it. */
export function finishDeployment(state: State, environment: Environment): void {
  const newest = [...environment.deployed.keys()].at(-1);
  if (newest === undefined || environment.deployed.size === 1) return;
  setDeployment(state, environment, [[newest, 100]]);
}
