import type { Entry } from "../../shared/mapping.ts";
import { pathTo } from "../../shared/problem.ts";
import { untilAccepted } from "./acceptance.ts";
import { zoneOf } from "./group.ts";
import { hostnameLevelOf } from "./hostname-lane.ts";
import { problem, unseen } from "./problems.ts";
import type { Situation } from "./situation.ts";
import { inOrder, steps, stuck, type Steps } from "./steps.ts";
import { zoneUnseen } from "./zone-lane.ts";

/** Brings it about that the edge presents Cloudflare's own certificate for a hostname: no other level may be in force. */
export function sharedSteps(situation: Situation, entry: Entry): Steps {
  const { hostname } = entry;
  const zone = zoneOf(hostname, situation.observed);
  if (zone === null) return zoneUnseen(situation, entry);
  const { tlsClientAuth, zoneLevel } = zone;
  if (!tlsClientAuth.known) {
    return stuck(unseen(hostname, `tls_client_auth of zone ${zone.name}`, tlsClientAuth.why));
  }
  if (!zoneLevel.known) {
    return stuck(unseen(hostname, `the certificates of zone ${zone.name}`, zoneLevel.why));
  }
  if (zoneLevel.value.enabled) {
    return stuck(
      problem(
        `${pathTo("hosts", hostname)}.present.level`,
        `is "shared", but zone ${zone.name} presents a certificate of its own, which goes before it`,
        'write "zone" (and the issuer and fingerprint of that certificate), or switch the zone\'s level off',
      ),
    );
  }
  const where = { zone: zone.id, zoneName: zone.name };
  return inOrder(
    () =>
      tlsClientAuth.value
        ? steps()
        : steps(...untilAccepted(situation, [entry], null), {
            change: { kind: "enable-shared", ...where },
            why: `zone ${zone.name} does not present Cloudflare's certificate yet`,
          }),
    () => {
      const seen = hostnameLevelOf(situation, entry);
      if ("problems" in seen) return seen;
      const association = seen.level.associations.find((one) => one.hostname === hostname);
      if (association === undefined || association.enabled === null) return steps();
      const { certificateId } = association;
      return steps(...untilAccepted(situation, [entry], null), {
        change: { kind: "remove-association", ...where, hostname, certificateId },
        why: "an association of its own goes before the shared certificate, which the mapping asks for",
      });
    },
  );
}
