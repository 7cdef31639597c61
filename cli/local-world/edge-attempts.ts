import { isWildcard, type Hostname } from "../../shared/hostname.ts";
import type { Entry, Mapping } from "../../shared/mapping.ts";
import { edgeEntries, type EdgeEntry } from "../edge-entries.ts";
import type { Attempt, EdgeVisit, Outsider } from "./attempts.ts";
import { CACHED_PATH } from "./application.ts";
import type { LocalCertificates } from "./local-certificates.ts";
import { listSwitchAttempts } from "./switch-attempts.ts";

const OFF = "Authenticated Origin Pulls off: nobody is asked";
const ON = "Authenticated Origin Pulls on: the verifier asks";

/** What anybody can write. The address is one for documentation (RFC 5737). */
const COPIED_HEADERS = {
  "CF-Connecting-IP": "203.0.113.7",
  "X-Forwarded-For": "203.0.113.7",
  "CF-RAY": "0123456789abcdef-AMS",
};

/** An entry whose pulls are tried, by a hostname that a visitor asks for. */
export interface Shown {
  readonly entry: EdgeEntry;
  readonly hostname: Hostname;
}

/**
 * The two pictures of Authenticated Origin Pulls, off and then on, with the first entry of each level that the edge
 * presents for, and what becomes of the second when something is set wrongly at Cloudflare. Pure; nothing where it presents for none, or for none whose origin hostname stands for it alone.
 */
export function listEdgeAttempts(
  mapping: Mapping,
  certificates: LocalCertificates,
): readonly Attempt[] {
  const { edge } = certificates;
  const shown = shownEntries(mapping);
  const [first] = shown;
  if (first === undefined) return [];
  const refused = { verdict: "refused", reason: "no-certificate", answer: null } as const;
  const getsThrough = { verdict: "gets-through", answer: 200 } as const;
  return [
    {
      towards: OFF,
      tried: `${first.hostname}, through the edge`,
      how: visit(first, "off"),
      expected: getsThrough,
    },
    {
      towards: OFF,
      tried: "an external device that knows the address",
      how: outsider(first, "off"),
      expected: getsThrough,
    },
    ...shown.flatMap((one): readonly Attempt[] => {
      const { entry, hostname } = one;
      const certificate = edge.get(entry.hostname);
      if (certificate === undefined) return [];
      const { level } = entry.present;
      const { fingerprint } = certificate;
      return [
        {
          towards: ON,
          tried: `${hostname}, through the edge`,
          how: visit(one, "on"),
          expected: { verdict: "accepted", hostname, level, fingerprint },
        },
      ];
    }),
    {
      towards: ON,
      tried: `${first.hostname}${CACHED_PATH}, for the second time`,
      how: { ...visit(first, "on"), path: CACHED_PATH },
      expected: { verdict: "from-cache", answer: 200 },
    },
    {
      towards: ON,
      tried: "the device again, with the edge's headers copied",
      how: outsider(first, "on", COPIED_HEADERS),
      expected: refused,
    },
    {
      towards: ON,
      tried: "a visitor led there by a DNS-only record",
      how: outsider(first, "on"),
      expected: refused,
    },
    ...listSwitchAttempts(first.entry, first.hostname, mapping, certificates),
  ];
}

/** The first of each level. By several hostnames of one origin, or a wildcard, the verifier could not tell whose a pull is. */
export function shownEntries({ entries }: Mapping): readonly Shown[] {
  const byLevel = new Map<string, Shown>();
  for (const entry of edgeEntries({ entries })) {
    const { hostname, origins, present } = entry;
    const isHere = (other: Entry): boolean =>
      other.origins.some((origin) => origin.hostname === origins[0].hostname);
    const alone = entries.filter(isHere).length === 1;
    if (!alone || isWildcard(hostname) || byLevel.has(present.level)) continue;
    byLevel.set(present.level, { entry, hostname });
  }
  return [...byLevel.values()];
}

function visit({ hostname }: Shown, originPulls: EdgeVisit["originPulls"]): EdgeVisit {
  return { by: "edge-visitor", hostname, originPulls, wrong: null, path: "/" };
}

function outsider(
  { entry }: Shown,
  originPulls: Outsider["originPulls"],
  headers: Outsider["headers"] = {},
): Outsider {
  return { by: "outsider", originHostname: entry.origins[0].hostname, originPulls, headers };
}
