import type { Fingerprint } from "../../shared/fingerprint.ts";
import type { Entry } from "../../shared/mapping.ts";
import type { Association, ObservedZone } from "../observe/observed.ts";
import { untilAccepted } from "./acceptance.ts";
import { untilActive } from "./aop-certificate.ts";
import type { PlannedChange } from "./change.ts";
import { zoneOf } from "./group.ts";
import { unseen } from "./problems.ts";
import type { Situation } from "./situation.ts";
import { inOrder, NO_STEPS, steps, stuck, type Steps } from "./steps.ts";
import { short } from "./words.ts";

/** Brings a certificate to where the edge presents it for one hostname: accepted, uploaded, active, associated. */
export function hostnameSteps(situation: Situation, entry: Entry, fingerprint: Fingerprint): Steps {
  const { hostname } = entry;
  const seen = hostnameLevelOf(situation, entry);
  if ("problems" in seen) return seen;
  const { zone, level } = seen;
  const association = level.associations.find((one) => one.hostname === hostname);
  const held = level.certificates.find(({ id }) => id === association?.certificateId);
  const isRight = held?.status === "active" && held.certificate?.fingerprint === fingerprint;
  if (association?.enabled === true && isRight) return untilInForce(zone, association);
  const active = level.certificates.find(
    ({ status, certificate }) => status === "active" && certificate?.fingerprint === fingerprint,
  );
  return inOrder(
    () => steps(...untilAccepted(situation, [entry], fingerprint)),
    () => hostnameCertificate(situation, entry, fingerprint),
    () =>
      steps({
        change: {
          kind: "associate-hostname",
          zone: zone.id,
          zoneName: zone.name,
          hostname,
          certificateId: active?.id ?? null,
          fingerprint,
        },
        why: whyAssociate(association, fingerprint),
      }),
  );
}

/** The part of {@link hostnameSteps} that presents nothing yet. */
export function hostnameCertificate(
  situation: Situation,
  entry: Entry,
  fingerprint: Fingerprint,
): Steps {
  const seen = hostnameLevelOf(situation, entry);
  if ("problems" in seen) return seen;
  const { zone, level } = seen;
  const where = { zone: zone.id, zoneName: zone.name };
  return untilActive(situation, zone, entry.hostname, fingerprint, {
    certificates: level.certificates,
    upload: { kind: "upload-hostname-certificate", ...where, fingerprint },
    remove: (id) => ({ kind: "delete-hostname-certificate", ...where, id, fingerprint }),
  });
}

type HostnameLevel = Extract<ObservedZone["hostnameLevel"], { readonly known: true }>["value"];

/** The zone of an entry and what it holds at the hostname level; or why that is not known. */
export function hostnameLevelOf(
  { observed }: Situation,
  { hostname }: Entry,
): Steps | { readonly zone: ObservedZone; readonly level: HostnameLevel } {
  const zone = zoneOf(hostname, observed);
  if (zone === null) {
    const unknown = observed.zones.find((one) => !one.known);
    const why = unknown?.known === false ? unknown.why : "the account has no such zone";
    return stuck(unseen(hostname, "its zone", why));
  }
  if (!zone.hostnameLevel.known) {
    const what = `the hostname certificates of zone ${zone.name}`;
    return stuck(unseen(hostname, what, zone.hostnameLevel.why));
  }
  return { zone, level: zone.hostnameLevel.value };
}

/** After an association was set, the edge presents the old certificate for a while: that is not over yet. */
function untilInForce(zone: ObservedZone, { hostname, status }: Association): Steps {
  if (status === null || status === "active") return NO_STEPS;
  const change: PlannedChange["change"] = {
    kind: "wait-for-cloudflare",
    zone: zone.id,
    what: `the association of ${hostname}`,
    status,
  };
  return steps({ change, why: "until it is active the edge presents what it presented before" });
}

function whyAssociate(association: Association | undefined, fingerprint: Fingerprint): string {
  if (association === undefined || association.enabled === null) {
    return `the edge has no certificate of its own for it; the mapping presents ${short(fingerprint)}`;
  }
  return association.enabled
    ? `the edge presents another certificate for it than ${short(fingerprint)}`
    : "its association is switched off (enabled: false), so every pull carries no certificate at all";
}
