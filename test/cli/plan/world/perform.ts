import type { Action } from "../../../../cli/plan/change.ts";
import type { Fingerprint } from "../../../../shared/fingerprint.ts";
import type {
  HostnameAopCertificateId,
  MtlsCertificateId,
} from "../../../../shared/certificate-id.ts";
import { withCertificates } from "./mapping.ts";
import { LATE, MINUTE, outline } from "./outline.ts";
import type { Environment, Held, State, Version, Zone } from "./state.ts";

// Long enough for others to act in between.
const SETTLES = 3 * MINUTE;

let ids = 0;

/** An id that nothing else has. */
export function madeUpId(): string {
  ids += 1;
  return `00000000-0000-4000-8000-${ids.toString(16).padStart(12, "0")}`;
}

/** Does one action, as Cloudflare, the file system and wrangler would; or refuses it, as they would, and changes nothing. */
export function perform(state: State, action: Action, plannedFrom: string): void {
  const { zone } = state;
  switch (action.kind) {
    case "issue-certificate": {
      const made = outline(action.hostname, state.now);
      state.certificates.set(made.fingerprint, made);
      state.atHand.add(made.fingerprint);
      return;
    }
    case "add-to-mapping":
      edit(state, plannedFrom, action.hostnames, (listed) => [
        ...listed.slice(0, 1),
        action.fingerprint,
        ...listed.slice(1),
      ]);
      return;
    case "present-in-mapping":
      edit(state, plannedFrom, action.hostnames, (listed) => [
        action.fingerprint,
        ...listed.filter((one) => one !== action.fingerprint),
      ]);
      return;
    case "remove-from-mapping":
      edit(state, plannedFrom, action.hostnames, (listed) =>
        listed.filter((one) => one !== action.fingerprint),
      );
      return;
    case "upload-account-certificate":
      if (!state.atHand.has(action.fingerprint)) throw new Error("no files");
      if ([...state.account.values()].includes(action.fingerprint)) return;
      state.account.set(madeUpId() as MtlsCertificateId, action.fingerprint);
      return;
    case "set-binding": {
      const environment = environmentOf(state, action.environment);
      if (environment.configured[action.binding] !== action.from || action.to === null) return;
      environment.configured[action.binding] = action.to;
      return;
    }
    case "deploy-worker":
      if (!deploy(state, environmentOf(state, action.environment))) {
        throw new Error("wrangler deploy: there is no such certificate");
      }
      return;
    case "delete-account-certificate": {
      const isBound = [...state.environments.values()].some(({ deployed }) =>
        [...deployed.keys()].some(({ bindings }) => Object.values(bindings).includes(action.id)),
      );
      if (!isBound) state.account.delete(action.id);
      return;
    }
    case "upload-hostname-certificate":
      upload(state, zone.hostnameCertificates, action.fingerprint);
      return;
    case "upload-zone-certificate":
      upload(state, zone.zoneCertificates, action.fingerprint);
      return;
    case "associate-hostname": {
      if (action.certificateId === null) throw new Error("not uploaded");
      associate(state, zone, action.hostname, action.certificateId, true);
      return;
    }
    case "remove-association":
      associate(state, zone, action.hostname, action.certificateId, null);
      return;
    case "delete-hostname-certificate": {
      const used = [...zone.associations.values()].some(
        ({ certificateId, enabled }) => enabled !== null && certificateId === action.id,
      );
      if (!used) remove(state, zone.hostnameCertificates, action.id);
      return;
    }
    case "delete-zone-certificate":
      remove(state, zone.zoneCertificates, action.id);
      return;
    case "enable-zone":
      zone.enabled = true;
      return;
    case "enable-shared":
      throw new Error("nobody asked for it");
    default:
      action satisfies never;
  }
}

/** Edits the file, unless somebody else has done so since the plan was made. */
function edit(
  state: State,
  plannedFrom: string,
  hostnames: readonly string[],
  change: (listed: readonly Fingerprint[]) => readonly Fingerprint[],
): void {
  const text = state.mappings.at(-1) ?? "";
  if (text !== plannedFrom) return;
  state.mappings.push(withCertificates(text, hostnames, change));
}

/** Deploys a configuration as it stands, whole; false where Cloudflare knows one of its ids not. */
export function deploy(state: State, environment: Environment, percentage = 100): boolean {
  for (const id of Object.values(environment.configured)) {
    if (!state.account.has(id)) return false;
  }
  const version: Version = {
    id: madeUpId(),
    createdAt: state.now,
    bindings: { ...environment.configured },
  };
  environment.versions.push(version);
  const before = [...environment.deployed.keys()].at(-1);
  const shares: [Version, number][] =
    before === undefined || percentage === 100
      ? [[version, 100]]
      : [
          [before, 100 - percentage],
          [version, percentage],
        ];
  setDeployment(state, environment, shares);
  return true;
}

/** Deploys these versions; those that were deployed before may pull for a while. */
export function setDeployment(
  { now }: State,
  environment: Environment,
  shares: readonly (readonly [Version, number])[],
): void {
  for (const version of environment.deployed.keys()) environment.late.set(version, now + LATE);
  environment.deployed = new Map(shares);
  environment.deployedAt = now;
}

function environmentOf(state: State, name: string): Environment {
  const environment = state.environments.get(name);
  if (environment === undefined) throw new Error(`no environment ${name}`);
  return environment;
}

function upload<Id extends string>(
  state: State,
  store: Held<Id>[],
  fingerprint: Fingerprint,
): void {
  if (!state.atHand.has(fingerprint)) throw new Error("no files");
  const held = store.find((one) => one.fingerprint === fingerprint);
  const settlesAt = state.now + SETTLES;
  if (held === undefined) {
    store.push({ id: madeUpId() as Id, fingerprint, status: "pending_deployment", settlesAt });
  } else if (held.status === "deleted") {
    // The same id again: Cloudflare resurrects it.
    held.status = "pending_deployment";
    held.settlesAt = settlesAt;
  }
}

function remove<Id>(state: State, store: Held<Id>[], id: Id): void {
  const held = store.find((one) => one.id === id);
  if (held === undefined || held.status === "deleted") return;
  held.status = "pending_deletion";
  held.settlesAt = state.now + SETTLES;
}

function associate(
  state: State,
  zone: Zone,
  hostname: string,
  certificateId: HostnameAopCertificateId,
  enabled: true | null,
): void {
  const before = zone.associations.get(hostname);
  const said = before?.enabled === true ? before.certificateId : null;
  zone.associations.set(hostname, {
    certificateId,
    enabled,
    setAt: state.now,
    settlesAt: state.now + SETTLES,
    before:
      before === undefined || before.settlesAt + LATE <= state.now
        ? [said]
        : [said, ...before.before],
  });
}
