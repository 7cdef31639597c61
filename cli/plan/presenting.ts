import type { Fingerprint } from "../../shared/fingerprint.ts";
import type { Entry } from "../../shared/mapping.ts";
import type {
  Observed,
  ObservedVersion,
  ObservedWorker,
  ObservedZone,
} from "../observe/observed.ts";
import { zoneOf, type Group } from "./group.ts";
import { fingerprintOfId } from "./known-certificates.ts";
import type { Situation } from "./situation.ts";

/** A place that presents a certificate, or would at the next deployment. */
export interface Presenter {
  readonly fingerprint: Fingerprint;
  /** The binding that carries it, or the hostname that the edge presents it for; null: every hostname of a zone. */
  readonly under: string | null;
  /** In words: `version 1f2e… of shop (10 %)`. */
  readonly where: string;
}

/** Every deployed version that carries one of the certificates of the account's store, whichever binding it stands under. */
export function deployedPresenters(observed: Observed): readonly Presenter[] {
  return observed.workers.flatMap((worker) =>
    deployedVersions(worker).flatMap((version) =>
      Object.entries(version.bindings).flatMap(([under, id]) => {
        const fingerprint = fingerprintOfId(id, observed);
        return fingerprint === null
          ? []
          : [{ fingerprint, under, where: versionInWords(worker, version) }];
      }),
    ),
  );
}

/** The versions that answer visitors; none where it is not known, or where the Worker was never deployed. */
export function deployedVersions({ deployed }: ObservedWorker): readonly ObservedVersion[] {
  return deployed.known && deployed.value !== null ? deployed.value.versions : [];
}

/** Every binding of wrangler's configuration: what the next deployment would present. */
export function configuredPresenters(observed: Observed): readonly Presenter[] {
  return observed.workers.flatMap(({ configured, environment }) =>
    Object.entries(configured).flatMap(([binding, id]) => {
      const fingerprint = fingerprintOfId(id, observed);
      const where = `binding ${binding} of ${environment === "" ? "the configuration" : `[env.${environment}]`}`;
      return fingerprint === null ? [] : [{ fingerprint, under: binding, where }];
    }),
  );
}

/**
 * What the edge may present, in any observed zone, for anybody: associations that are not removed, and every certificate
 * of a zone's level that is on (Cloudflare does not say which of several it takes, so each of them counts).
 */
export function edgePresenters(observed: Observed): readonly Presenter[] {
  return observed.zones.flatMap((zone) =>
    zone.known ? [...associationPresenters(zone.value), ...zoneLevelPresenters(zone.value)] : [],
  );
}

function associationPresenters({ hostnameLevel }: ObservedZone): readonly Presenter[] {
  if (!hostnameLevel.known) return [];
  const { associations, certificates } = hostnameLevel.value;
  return (
    associations
      // One that was removed a moment ago still presents, at the locations that have not heard of it.
      .filter(({ enabled, status }) => enabled !== null || status === "pending_deletion")
      .flatMap(({ hostname, certificateId }) => {
        const held = certificates.find(({ id }) => id === certificateId)?.certificate;
        if (held === undefined || held === null) return [];
        const where = `the association of ${hostname}`;
        return [{ fingerprint: held.fingerprint, under: hostname, where }];
      })
  );
}

function zoneLevelPresenters({ name, zoneLevel }: ObservedZone): readonly Presenter[] {
  if (!zoneLevel.known || !zoneLevel.value.enabled) return [];
  return zoneLevel.value.certificates
    .filter(({ status }) => status !== "deleted")
    .flatMap(({ certificate }) =>
      certificate === null
        ? []
        : [
            {
              fingerprint: certificate.fingerprint,
              under: null,
              where: `the zone level of ${name}`,
            },
          ],
    );
}

/**
 * Everything that presents a certificate for a group, or would at the next deployment. What stands under another group's
 * binding or hostname is that group's: one certificate may serve several. A binding that the mapping does not know is not
 * left out: nobody can say whom it serves.
 */
export function presentersFor(
  { mapping, observed }: Situation,
  { entries }: Group,
): readonly Presenter[] {
  const others = mapping.entries.filter((entry) => !entries.includes(entry));
  const foreign = new Set<string>(
    others.map(({ hostname, present }) => (present.by === "worker" ? present.binding : hostname)),
  );
  const zoned = entries.some(({ present }) => present.by === "edge");
  return [
    ...deployedPresenters(observed),
    ...configuredPresenters(observed),
    ...edgePresenters(observed),
  ].filter(({ under }) => (under === null ? zoned : !foreign.has(under)));
}

/** What is presented for a group's entries at this moment, by what was observed. */
export function presentedFor({ entries }: Group, observed: Observed): readonly Fingerprint[] {
  return [...new Set(entries.flatMap((entry) => presentedForEntry(entry, observed)))];
}

function presentedForEntry(
  { hostname, present }: Entry,
  observed: Observed,
): readonly Fingerprint[] {
  if (present.by === "worker") {
    return observed.workers
      .flatMap(deployedVersions)
      .flatMap(({ bindings }) => fingerprintOfId(bindings[present.binding], observed) ?? []);
  }
  const zone = zoneOf(hostname, observed);
  if (zone === null) return [];
  const { hostnameLevel } = zone;
  const association = hostnameLevel.known
    ? hostnameLevel.value.associations.find((one) => one.hostname === hostname)
    : undefined;
  if (association !== undefined && association.enabled !== null && hostnameLevel.known) {
    const held = hostnameLevel.value.certificates.find(
      ({ id }) => id === association.certificateId,
    );
    return association.enabled && held?.certificate ? [held.certificate.fingerprint] : [];
  }
  return zoneLevelPresenters(zone).map(({ fingerprint }) => fingerprint);
}

function versionInWords({ script }: ObservedWorker, { id, percentage }: ObservedVersion): string {
  return `version ${id.slice(0, 8)} of ${script} (deployed, ${percentage} %)`;
}
