import type { Fingerprint } from "../../shared/fingerprint.ts";
import type { Entry } from "../../shared/mapping.ts";
import { pathTo } from "../../shared/problem.ts";
import { issuerSteps } from "./changing-issuer.ts";
import { desiredOf } from "./desired.ts";
import { zoneOf, type Group } from "./group.ts";
import { hostnameSteps } from "./hostname-lane.ts";
import { problem } from "./problems.ts";
import { sharedSteps } from "./shared-lane.ts";
import type { Situation } from "./situation.ts";
import { inOrder, stuck, type Steps } from "./steps.ts";
import { workerSteps } from "./worker-lane.ts";
import { zoneSteps } from "./zone-lane.ts";

/** Brings what a group is to present to everywhere that presents for it. */
export function presentSteps(
  situation: Situation,
  group: Group,
  chosen: Fingerprint | null,
): Steps {
  const shared = group.entries.filter(({ present }) => isLevel(present, "shared"));
  const desired = presentedBy(situation, group, chosen);
  if (desired === null) {
    const each = shared.map((one) => () => sharedSteps(situation, one));
    return inOrder(
      () => sslSteps(situation, group),
      () => issuerSteps(situation, group),
      ...each,
    );
  }
  if (typeof desired !== "string") return desired;
  const byHostname = group.entries.filter(({ present }) => isLevel(present, "hostname"));
  return inOrder(
    () => sslSteps(situation, group),
    () => issuerSteps(situation, group),
    () => workerSteps(situation, group, desired),
    ...byHostname.map((entry) => () => hostnameSteps(situation, entry, desired)),
    ...zonesOf(situation, group).map((entries) => () => zoneSteps(situation, entries, desired)),
    ...shared.map((entry) => () => sharedSteps(situation, entry)),
  );
}

/** The certificate of a group; steps where there is none to be had; null where it presents Cloudflare's own alone. */
export function presentedBy(
  { observed }: Situation,
  group: Group,
  chosen: Fingerprint | null,
): Fingerprint | Steps | null {
  if (group.entries.every(({ present }) => isLevel(present, "shared"))) return null;
  if (chosen !== null) return chosen;
  const desired = desiredOf(group, observed);
  if (!desired.ok) return stuck(...desired.problems);
  if (desired.fingerprint !== null) return desired.fingerprint;
  const [{ hostname, accept }] = group.entries;
  const message = `nothing valid that ${accept.issuer} has signed for ${accept.names.join(", ")} is at hand`;
  return stuck(problem(pathTo("hosts", hostname), message, `pullproof rotate ${hostname}`));
}

function isLevel(present: Entry["present"], level: "hostname" | "zone" | "shared"): boolean {
  return present.by === "edge" && present.level === level;
}

/** The entries of level "zone", zone by zone; those whose zone was not observed each for itself. */
function zonesOf({ observed }: Situation, group: Group): readonly (readonly [Entry, ...Entry[]])[] {
  const zones = new Map<string, [Entry, ...Entry[]]>();
  for (const entry of group.entries.filter(({ present }) => isLevel(present, "zone"))) {
    const key = zoneOf(entry.hostname, observed)?.id ?? entry.hostname;
    const others = zones.get(key);
    if (others === undefined) zones.set(key, [entry]);
    else others.push(entry);
  }
  return [...zones.values()];
}

/** In SSL mode off and flexible every pull is plain http: no certificate can be presented, whatever is associated. */
function sslSteps({ observed }: Situation, { entries }: Group): Steps {
  const problems = entries.flatMap(({ hostname, present }) => {
    const zone = present.by === "edge" ? zoneOf(hostname, observed) : null;
    if (zone === null || !zone.ssl.known) return [];
    const mode = zone.ssl.value;
    if (mode !== "off" && mode !== "flexible") return [];
    return problem(
      pathTo("hosts", hostname),
      `zone ${zone.name} is in SSL mode ${mode}: every pull is plain http and carries no certificate`,
      "set SSL/TLS to Full (strict) or Strict (SSL-only) in the dashboard",
    );
  });
  return stuck(...problems);
}
