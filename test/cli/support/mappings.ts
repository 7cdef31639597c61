import { parseMapping, type Mapping } from "../../../shared/mapping.ts";

/** One entry of a mapping, as short as it can be said. */
export interface Host {
  readonly origin: string | readonly string[];
  /** The edge presents where it is left out, on this level (hostname). */
  readonly binding?: string;
  readonly level?: "hostname" | "zone" | "shared";
  readonly issuer?: string;
  /** DNS names that "issued" accepts; a list of fingerprints where it is left out. */
  readonly names?: readonly string[];
}

/** Builds a mapping; throws where it does not parse. */
export function mappingOf(hosts: Readonly<Record<string, Host>>): Mapping {
  const issuers = new Set(Object.values(hosts).map(({ issuer = "own" }) => issuer));
  const shared = new Set(
    Object.values(hosts).flatMap(({ level, issuer = "own" }) =>
      level === "shared" ? [issuer] : [],
    ),
  );
  const parsed = parseMapping({
    version: 1,
    issuers: Object.fromEntries(
      [...issuers].map((name) => [
        name,
        { certificates: `${name}.pem`, ...(shared.has(name) ? { shared: true } : {}) },
      ]),
    ),
    hosts: Object.fromEntries(
      Object.entries(hosts).map(
        ([hostname, { origin, binding, level = "hostname", issuer = "own", names }]) => [
          hostname,
          {
            origin,
            present: binding === undefined ? { by: "edge", level } : { by: "worker", binding },
            accept:
              level === "shared"
                ? { issuer, certificates: "issued", alone: true }
                : names === undefined
                  ? { issuer, certificates: [`sha256:${"0".repeat(64)}`] }
                  : { issuer, certificates: "issued", names },
          },
        ],
      ),
    ),
  });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.value;
}

const SHOP = { origin: "https://origin-shop.example.net", binding: "SHOP" };
const BLOG = { origin: "https://origin-blog.example.net", binding: "BLOG" };

/** Two hostnames, two bindings, one issuer: what most mappings look like. */
export const TWO = mappingOf({ "shop.example.com": SHOP, "blog.example.com": BLOG });

/** Nobody to be mistaken for. */
export const ONE = mappingOf({ "shop.example.com": SHOP });

/** One with two origins, of which another hostname has the second. */
export const TWO_ORIGINS = mappingOf({
  "shop.example.com": {
    origin: ["https://origin-a.example.net", "https://origin-b.example.net"],
    binding: "SHOP",
  },
  "www.example.com": { origin: "https://origin-b.example.net", binding: "SHOP" },
  "blog.example.com": BLOG,
});

/** Each with an issuer of its own. */
export const TWO_ISSUERS = mappingOf({
  "shop.example.com": SHOP,
  "blog.example.com": { ...BLOG, issuer: "other" },
});

/** By the issuer's signature and a name, one of them for a wildcard. */
export const ISSUED = mappingOf({
  "*.tenant.example.com": {
    origin: "https://origin-tenant.example.net",
    binding: "TENANT",
    names: ["tenant.example.com"],
  },
  "blog.example.com": { ...BLOG, names: ["blog.example.com"] },
});

/** Two hostnames of one origin, beside one that the edge presents for. */
export const ONE_ORIGIN = mappingOf({
  "shop.example.com": SHOP,
  "www.example.com": { ...SHOP, binding: "WWW" },
  "edge.example.com": { origin: "https://edge.example.com" },
});

/** The edge presents on a hostname's own level, and twice on the zone's. */
export const LEVELS = mappingOf({
  "shop.example.com": SHOP,
  "docs.example.com": { origin: "https://docs.example.com" },
  "wiki.example.com": { origin: "https://wiki.example.com", level: "zone" },
  "help.example.com": { origin: "https://help.example.com", level: "zone" },
});

/** The edge presents Cloudflare's own certificate. */
export const SHARED = mappingOf({
  "shop.example.com": SHOP,
  "docs.example.com": { origin: "https://docs.example.com", level: "shared", issuer: "cloudflare" },
});
