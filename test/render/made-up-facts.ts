import { createHash } from "node:crypto";
import type { Fingerprint } from "../../shared/fingerprint.ts";
import type { Hostname, HostPattern } from "../../shared/hostname.ts";
import type { IssuerName } from "../../shared/mapping.ts";
import type { IssuerFacts, ListedFacts, OriginFacts, RenderFacts } from "../../cli/render/facts.ts";

/** Facts that are the same on every machine and every day: certificates are texts in place of DER. */

const OWN: IssuerFacts = {
  name: "own" as IssuerName,
  certificates: "/etc/pullproof/pki/issuer.pem",
  crl: null,
  ders: [Buffer.from("issuer".padEnd(100, ".")).toString("base64")],
  shared: false,
};
const SHARED: IssuerFacts = {
  name: "cloudflare" as IssuerName,
  certificates: "/etc/pullproof/pki/cloudflare-shared.pem",
  crl: null,
  ders: [Buffer.from("shared issuer".padEnd(100, ".")).toString("base64")],
  shared: true,
};
/** 2027-02-01. */
const END = Date.UTC(2027, 1, 1);

/** A listed certificate: whatever bytes. */
export function listed(text: string, notAfter: number = END): ListedFacts {
  const der = Buffer.from(text.padEnd(100, "."));
  const hex = createHash("sha256").update(der).digest("hex");
  return { fingerprint: `sha256:${hex}` as Fingerprint, der: der.toString("base64"), notAfter };
}

/** An origin hostname with one of its own certificates, in earnest; what is given is instead. */
export function origin(name: string, more: Partial<OriginFacts> = {}): OriginFacts {
  const originHostname = `origin-${name}.example.net` as Hostname;
  return {
    originHostname,
    authority: originHostname,
    hostnames: [`${name}.example.com` as Hostname],
    byEdge: [],
    elsewhere: [],
    issuer: OWN,
    accepts: { by: "list", certificates: [listed(`pull certificate of ${name}`)] },
    reportUntil: null,
    certificate: `/etc/pullproof/${originHostname}.pem`,
    key: `/etc/pullproof/${originHostname}.pem.key`,
    application: { by: "tcp", host: "127.0.0.1", port: 3000 },
    health: null,
    path: `hosts["${name}.example.com"]`,
    ...more,
  };
}

/** Origins as facts. */
export function factsOf(
  origins: RenderFacts["origins"],
  more: Partial<RenderFacts> = {},
): RenderFacts {
  return {
    listen: { host: "0.0.0.0", port: 443 },
    origins,
    folder: "/etc/pullproof",
    log: "/var/log/pullproof.log",
    pass: [],
    anyOfIssuer: false,
    ...more,
  };
}

/** Two hostnames, each with its own certificate: what is measured on the real servers. */
export const PLAIN: RenderFacts = factsOf([origin("shop"), origin("blog")]);

/** Everything that an entry can say, but for names that are issued. */
export const FULL: RenderFacts = factsOf(
  [
    origin("shop", {
      authority: "origin-shop.example.net:8443",
      issuer: { ...OWN, crl: "/etc/pullproof/pki/issuer.crl" },
      accepts: {
        by: "list",
        certificates: [listed("the presented one"), listed("the next one", END + 1_000)],
      },
      application: { by: "unix", path: "/run/shop.sock" },
      health: "/health",
    }),
    origin("blog", { reportUntil: Date.UTC(2027, 2, 1) }),
    origin("tenant", {
      hostnames: ["*.tenant.example.com" as HostPattern, "tenant.example.com" as Hostname],
      elsewhere: ["own.tenant.example.com" as Hostname, "shop.example.com" as Hostname],
      application: { by: "tcp", host: "::1", port: 3001 },
    }),
    origin("mixed", {
      hostnames: ["*.mixed.example.com" as HostPattern, "edge.mixed.example.com" as Hostname],
      byEdge: ["edge.mixed.example.com" as Hostname],
    }),
    origin("edge", { issuer: SHARED, accepts: { by: "issuer", names: [] } }),
  ],
  { listen: { host: "::", port: 8443 }, pass: ["x-shop-version"] },
);

/** Short-lived certificates: the issuer and an exact name decide. */
export const ISSUED: RenderFacts = factsOf([
  origin("tenant", {
    accepts: {
      by: "issuer",
      names: ["tenant.example.com" as Hostname, "tenant-2.example.com" as Hostname],
    },
  }),
]);
