import type { Fingerprint } from "../../shared/fingerprint.ts";
import type { Entry } from "../../shared/mapping.ts";
import type { ObservedZone } from "../observe/observed.ts";
import { untilAccepted } from "./acceptance.ts";
import { held, untilActive } from "./aop-certificate.ts";
import type { PlannedChange } from "./change.ts";
import { zoneOf } from "./group.ts";
import { hostnameLevelOf } from "./hostname-lane.ts";
import { isOurs } from "./leftovers.ts";
import { problem, unseen } from "./problems.ts";
import type { Situation } from "./situation.ts";
import { inOrder, steps, stuck, type Steps } from "./steps.ts";
import { short } from "./words.ts";

type ZoneLevel = Extract<ObservedZone["zoneLevel"], { readonly known: true }>["value"];

/**
 * Brings a certificate to where the edge presents it for every hostname of a zone. Cloudflare does not say which of
 * several zone certificates it takes, so each that lies there is taken for presented: where the level is on, uploading is
 * presenting, and the old one is presented until it is deleted.
 *
 * @param entries those of one zone, on level "zone".
 */
export function zoneSteps(
  situation: Situation,
  entries: readonly [Entry, ...Entry[]],
  fingerprint: Fingerprint,
): Steps {
  const [{ hostname }] = entries;
  const zone = zoneOf(hostname, situation.observed);
  if (zone === null) return zoneUnseen(situation, entries[0]);
  const { zoneLevel } = zone;
  if (!zoneLevel.known) {
    return stuck(unseen(hostname, `the certificates of zone ${zone.name}`, zoneLevel.why));
  }
  const where = { zone: zone.id, zoneName: zone.name };
  const level = zoneLevel.value;
  const isActive = held(level.certificates, fingerprint)?.status === "active";
  const alone = level.certificates.every(
    ({ status, certificate }) => status === "deleted" || certificate?.fingerprint === fingerprint,
  );
  const begins = !isActive || !level.enabled || !alone;
  const falling = fallingTo(situation, zone, entries);
  const enable: PlannedChange = {
    change: { kind: "enable-zone", ...where },
    why: `zone ${zone.name} presents no certificate of its own yet`,
  };
  return inOrder(
    () => (begins ? steps(...untilAccepted(situation, falling, fingerprint)) : steps()),
    () =>
      untilActive(situation, zone, hostname, fingerprint, {
        certificates: level.certificates,
        upload: { kind: "upload-zone-certificate", ...where, fingerprint },
        remove: (id) => ({ kind: "delete-zone-certificate", ...where, id, fingerprint }),
      }),
    () => others(situation, zone, level, entries, fingerprint),
    () => (level.enabled ? steps() : steps(enable)),
    () => associations(situation, entries, fingerprint),
  );
}

/**
 * Whom the zone's level presents for: its own entries, and those on level "hostname" whose association is not in force yet.
 */
function fallingTo(
  { mapping }: Situation,
  { hostnames, hostnameLevel }: ObservedZone,
  entries: readonly Entry[],
): readonly Entry[] {
  const associated = hostnameLevel.known
    ? hostnameLevel.value.associations.filter(
        ({ enabled, status }) => enabled !== null && (status === null || status === "active"),
      )
    : [];
  const unassociated = mapping.entries.filter(
    (entry) =>
      !entries.includes(entry) &&
      hostnames.includes(entry.hostname) &&
      !associated.some(({ hostname }) => hostname === entry.hostname),
  );
  return [...entries, ...unassociated];
}

/** The zone of an entry was not observed. */
export function zoneUnseen({ observed }: Situation, { hostname }: Entry): Steps {
  const unknown = observed.zones.find((one) => !one.known);
  const why = unknown?.known === false ? unknown.why : "the account has no such zone";
  return stuck(unseen(hostname, "its zone", why));
}

/** What else lies at the zone's level: of ours it is deleted, before the level is switched on or as the end of presenting. */
function others(
  { mapping }: Situation,
  zone: ObservedZone,
  { certificates }: ZoneLevel,
  entries: readonly [Entry, ...Entry[]],
  fingerprint: Fingerprint,
): Steps {
  const living = certificates.filter(
    (one) => one.status !== "deleted" && one.certificate?.fingerprint !== fingerprint,
  );
  const parts = living.map(({ id, status, certificate }) => (): Steps => {
    if (certificate === null || !isOurs(mapping, entries, certificate)) {
      return stuck(
        problem(
          "",
          `zone ${zone.name} holds another certificate (${certificate === null ? id : short(certificate.fingerprint)}) that the mapping does not know; Cloudflare may present either`,
          "list it in accept.certificates, or delete it in the dashboard: SSL/TLS, Origin Server",
        ),
      );
    }
    const what = `certificate ${short(certificate.fingerprint)}`;
    if (status === "pending_deletion") {
      return steps({
        change: { kind: "wait-for-cloudflare", zone: zone.id, what, status },
        why: "until it is gone the edge may present it",
      });
    }
    return steps({
      change: {
        kind: "delete-zone-certificate",
        zone: zone.id,
        zoneName: zone.name,
        id,
        fingerprint: certificate.fingerprint,
      },
      why: "a zone presents one of its certificates and does not say which: one alone may stay",
    });
  });
  return inOrder(...parts);
}

/** An association goes before the zone's level: it is removed when the zone's level presents what is accepted. */
function associations(
  situation: Situation,
  entries: readonly Entry[],
  fingerprint: Fingerprint,
): Steps {
  const parts = entries.map((entry) => (): Steps => {
    const seen = hostnameLevelOf(situation, entry);
    if ("problems" in seen) return seen;
    const association = seen.level.associations.find((one) => one.hostname === entry.hostname);
    if (association === undefined || association.enabled === null) return steps();
    return steps(...untilAccepted(situation, [entry], fingerprint), {
      change: {
        kind: "remove-association",
        zone: seen.zone.id,
        zoneName: seen.zone.name,
        hostname: entry.hostname,
        certificateId: association.certificateId,
      },
      why: "an association of its own goes before the zone's level, which the mapping asks for",
    });
  });
  return inOrder(...parts);
}
