import type { Entry } from "../../shared/mapping.ts";
import { pathTo } from "../../shared/problem.ts";
import { levelInForce, type Level } from "../local-edge/level-in-force.ts";
import type { ObservedZone, VerifierHostname } from "../observe/observed.ts";
import { zoneOf, type Group } from "./group.ts";
import { problem } from "./problems.ts";
import type { Situation } from "./situation.ts";
import { stuck, type Steps } from "./steps.ts";

/**
 * An entry has one issuer: where it changes to Cloudflare's shared one, or from it to one's own, no verifier accepts both. One
 * that enforces would refuse what is still presented from the moment that it loads the mapping. So nobody is told to bring
 * it there before the entry is in report mode.
 */
export function issuerSteps(situation: Situation, { entries }: Group): Steps {
  return stuck(
    ...entries.flatMap((entry) => {
      const { hostname, present, accept } = entry;
      if (present.by !== "edge" || accept.mode !== "enforce") return [];
      if (!wouldRefuse(situation, entry, present.level === "shared")) return [];
      const [now, then] =
        present.level === "shared"
          ? ["a certificate of your own", "Cloudflare's shared one"]
          : ["Cloudflare's shared certificate", "one of your own"];
      return problem(
        `${pathTo("hosts", hostname)}.accept.mode`,
        `the edge presents ${now} now, and the mapping accepts ${then} alone: verifiers that load it refuse every pull until that is presented`,
        'write "mode": { "report": "YYYY-MM-DD" } with tomorrow\'s date, and bring it to the verifiers; enforce again when pullproof status says that it would refuse nobody',
      );
    }),
  );
}

/** Whether a verifier still accepts, and the edge still presents, what the mapping has no place for any more. */
function wouldRefuse({ observed }: Situation, { hostname }: Entry, toShared: boolean): boolean {
  const zone = zoneOf(hostname, observed);
  const level = zone === null ? null : levelNow(zone, hostname);
  if (level === null || (level === "shared") === toShared) return false;
  return observed.verifiers.some(({ status }) => {
    const at = status.known ? status.value.hostnames[hostname] : undefined;
    return at !== undefined && acceptsShared(at) !== toShared;
  });
}

/** The shared issuer takes no names: whatever Cloudflare's CA has signed is accepted. */
function acceptsShared({ accepts }: VerifierHostname): boolean {
  return "names" in accepts && accepts.names.length === 0;
}

/** Null: none, or nobody knows. */
function levelNow(zone: ObservedZone, hostname: string): Level | null {
  const { tlsClientAuth, zoneLevel, hostnameLevel } = zone;
  if (!tlsClientAuth.known || !zoneLevel.known || !hostnameLevel.known) return null;
  const association = hostnameLevel.value.associations.find((one) => one.hostname === hostname);
  return levelInForce({
    hostname: association?.enabled ?? null,
    zone:
      zoneLevel.value.enabled &&
      zoneLevel.value.certificates.some(({ status }) => status !== "deleted"),
    shared: tlsClientAuth.value,
  });
}
