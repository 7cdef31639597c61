import { parseMappingText } from "../../../../shared/mapping-text.ts";
import type { Entry, Mapping } from "../../../../shared/mapping.ts";
import { createHash } from "node:crypto";
import type { Fingerprint } from "../../../../shared/fingerprint.ts";

/** The entries of the world: two that share an origin, one alone, one of each level of the edge. */
export const ENTRIES = {
  "shop.example.com": { origin: "https://origin-shop.example.net", binding: "PULL_CERT_SHOP" },
  "till.example.com": { origin: "https://origin-shop.example.net", binding: "PULL_CERT_TILL" },
  "blog.example.com": { origin: "https://origin-blog.example.net", binding: "PULL_CERT_BLOG" },
  "news.example.org": { origin: "https://news.example.org", level: "hostname" },
  "wiki.example.org": { origin: "https://wiki.example.org", level: "zone" },
  "docs.example.org": { origin: "https://docs.example.org", level: "zone" },
} as const;

/** One of the hostnames. */
export type Name = keyof typeof ENTRIES;

export const NAMES = Object.keys(ENTRIES) as Name[];

/** The hostnames whose certificates move together. */
export const TOGETHER: readonly (readonly Name[])[] = [
  ["shop.example.com", "till.example.com"],
  ["blog.example.com"],
  ["news.example.org"],
  ["wiki.example.org", "docs.example.org"],
];

/** The first mapping: everybody has one certificate. */
export function firstMapping(certificateOf: (name: Name) => Fingerprint): string {
  const hosts = Object.entries(ENTRIES).map(([name, entry]) => [
    name,
    {
      origin: entry.origin,
      present:
        "binding" in entry
          ? { by: "worker", binding: entry.binding }
          : { by: "edge", level: entry.level },
      accept: { issuer: "own", certificates: [certificateOf(name as Name)] },
    },
  ]);
  const issuers = { own: { certificates: "pki/issuer.pem" } };
  return JSON.stringify({ version: 1, issuers, hosts: Object.fromEntries(hosts) }, null, 2);
}

const parsed = new Map<string, Mapping>();

/** Parses a mapping that must parse. */
export function mappingOf(text: string): Mapping {
  const known = parsed.get(text);
  if (known !== undefined) return known;
  const result = parseMappingText(text);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  parsed.set(text, result.value);
  return result.value;
}

/** The digest by which a verifier says which mapping it has. */
export function digestOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** What an entry of a mapping accepts. */
export function acceptedIn(text: string, hostname: string): readonly Fingerprint[] {
  const accept = entryOf(text, hostname).accept.certificates;
  return accept === "issued" ? [] : accept;
}

/** An entry that must be there. */
export function entryOf(text: string, hostname: string): Entry {
  const entry = mappingOf(text).entries.find((one) => one.hostname === hostname);
  if (entry === undefined) throw new Error(`no entry ${hostname}`);
  return entry;
}

/** The text of a mapping with other lists of certificates. */
export function withCertificates(
  text: string,
  hostnames: readonly string[],
  change: (listed: readonly Fingerprint[]) => readonly Fingerprint[],
): string {
  const json = JSON.parse(text) as {
    hosts: Record<string, { accept: { certificates: readonly Fingerprint[] } }>;
  };
  for (const hostname of hostnames) {
    const accept = json.hosts[hostname]?.accept;
    if (accept === undefined) throw new Error(hostname);
    accept.certificates = change(accept.certificates);
  }
  return JSON.stringify(json, null, 2);
}
