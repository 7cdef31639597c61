import type { Fingerprint } from "../../shared/fingerprint.ts";
import type { Entry } from "../../shared/mapping.ts";
import { levelInForce, type Level } from "../local-edge/level-in-force.ts";
import type { HeldCertificate, OriginPulls } from "../observe/zone-facts.ts";
import { short } from "../plan/words.ts";
import { good, problem, warning, type Shown } from "./diagnosis.ts";

const APPLY = "pullproof plan shows the way there, pullproof apply goes it";

/** Which level's certificate the edge presents by what is set; null for none at all. Hostname before zone before shared. */
export function levelBySwitches({ hostname, zone, shared }: OriginPulls): Level | null {
  return levelInForce({
    hostname: hostname?.enabled ?? null,
    // Without a certificate the zone's level has nothing to present, and Cloudflare goes on to the next.
    zone: zone.enabled && zone.certificates.length > 0,
    shared,
  });
}

/** Whether the edge presents for a hostname what the mapping says: on that level, and a certificate that is listed. */
export function judgeLevel(
  { hostname, accept }: Pick<Entry, "hostname" | "accept">,
  wanted: Level,
  pulls: OriginPulls,
  zone: string,
): Shown {
  const level = levelBySwitches(pulls);
  if (level === null && pulls.hostname?.enabled === false) {
    return problem(
      `nothing is presented: the association of ${hostname} is switched off (enabled: false), which goes before every other level`,
      APPLY,
    );
  }
  if (level === null) return problem(nothingIsOn(wanted, pulls, zone), APPLY);
  if (level !== wanted) return elsewhere(wanted, level, pulls, hostname, zone);
  if (level === "shared") {
    return warning(
      "level shared: Cloudflare's own certificate, which it presents for every customer's zone",
      'a certificate of your own ("level": "hostname" or "zone") proves more: pullproof issue',
    );
  }
  const held =
    level === "zone" ? pulls.zone.certificates : [pulls.hostname?.certificate].filter(isThere);
  const { certificates } = accept;
  if (certificates !== "issued") {
    const foreign = held.find(({ fingerprint }) => !isListed(fingerprint, certificates));
    if (foreign !== undefined) return unlisted(level, held, foreign);
  }
  const status = level === "zone" ? held[0]?.status : pulls.hostname?.status;
  if (status !== undefined && status !== null && status !== "active") {
    return warning(
      `level ${level}, ${status}: until it is active the edge presents what it presented before`,
      "ask again in some minutes",
    );
  }
  return good(`level ${level}: ${namesOf(held)}`);
}

/** What is switched on although nothing of the mapping relies on it: it decides as soon as what stands before it goes. */
export function judgeForgottenToggles(
  { zone, shared }: OriginPulls,
  reliedOn: ReadonlySet<Level>,
  name: string,
): Shown | null {
  const forgotten = [
    ...(zone.enabled && !reliedOn.has("zone") ? ["a certificate of the zone's own"] : []),
    ...(shared && !reliedOn.has("shared") ? ["Cloudflare's shared certificate"] : []),
  ];
  if (forgotten.length === 0) return null;
  return warning(
    `${name} presents ${forgotten.join(" and ")} for every hostname without an association, and no entry of the mapping relies on that`,
    "do origins outside of the mapping? If none, switch it off: SSL/TLS > Origin Server > Authenticated Origin Pulls",
  );
}

function nothingIsOn(wanted: Level, { zone }: OriginPulls, name: string): string {
  switch (wanted) {
    case "hostname":
      return "nothing is presented: it has no association, and neither the zone's level nor the global toggle is on";
    case "zone":
      return zone.enabled
        ? `nothing is presented: the zone level of ${name} is on, without a certificate`
        : `nothing is presented: the zone level of ${name} is off`;
    case "shared":
      return `nothing is presented: the global toggle of ${name} (tls_client_auth) is off, and the mapping relies on it`;
  }
}

/** Another level goes before the one that the mapping says, or that one is off and the next one answers. */
function elsewhere(
  wanted: Level,
  level: Level,
  { hostname: association, zone }: OriginPulls,
  hostname: string,
  name: string,
): Shown {
  const says = `the mapping says ${wanted}, but level ${level} is in force`;
  if (level === "hostname") {
    const held = association?.certificate;
    return problem(
      `${says}: an association of ${hostname} is left behind (${namesOf(held ? [held] : [])})`,
      APPLY,
    );
  }
  if (wanted === "shared") {
    return problem(
      `${says}: ${name} presents a certificate of its own (${namesOf(zone.certificates)}), which goes before the shared one`,
      'write "level": "zone" with its issuer and fingerprint; or switch the zone\'s level off: SSL/TLS > Origin Server',
    );
  }
  if (wanted === "zone") {
    const why = zone.enabled ? "without a certificate" : "off";
    return problem(
      `${says}: the zone level of ${name} is ${why}, and the shared certificate is refused`,
      APPLY,
    );
  }
  return problem(`${says}: ${hostname} has no association`, APPLY);
}

function unlisted(
  level: Level,
  held: readonly HeldCertificate[],
  { fingerprint, status }: HeldCertificate,
): Shown {
  const which = fingerprint === null ? "a certificate that cannot be read" : short(fingerprint);
  if (held.length > 1) {
    return problem(
      `level zone holds ${held.length} certificates, one of them (${which}, ${status}) not listed; Cloudflare may present any`,
      APPLY,
    );
  }
  return problem(
    `level ${level} presents ${which}, which accept.certificates does not list: every pull is refused`,
    APPLY,
  );
}

function isListed(fingerprint: Fingerprint | null, listed: readonly Fingerprint[]): boolean {
  return fingerprint !== null && listed.includes(fingerprint);
}

function isThere<T>(value: T | null | undefined): value is T {
  return value !== null && value !== undefined;
}

function namesOf(held: readonly HeldCertificate[]): string {
  const names = held.map(({ fingerprint }) =>
    fingerprint === null ? "unreadable" : short(fingerprint),
  );
  return names.length === 0 ? "its certificate is gone" : names.join(", ");
}
