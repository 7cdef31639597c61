import type { Evidence } from "../../../origin-verifier/judge/evidence.ts";
import type { Policy } from "../../../origin-verifier/judge/policy.ts";
import { refusal } from "../../../origin-verifier/judge/refusal.ts";
import type { Fingerprint } from "../../../shared/fingerprint.ts";
import type { HostPattern, Hostname } from "../../../shared/hostname.ts";
import type { IssuerName } from "../../../shared/mapping.ts";

export const SHOP = "origin-shop.example.net" as Hostname;
export const BLOG = "origin-blog.example.net" as Hostname;
export const OWN = "own" as IssuerName;
export const OTHER = "other" as IssuerName;

export const fingerprint = (digit: string): Fingerprint =>
  `sha256:${digit.repeat(64)}` as Fingerprint;

/** Noon, on a day between the certificate's two. */
export const NOW = Date.UTC(2027, 0, 15, 12);
const DAY = 86_400_000;

/** A certificate that nothing is wrong with. */
export const certificate: NonNullable<Evidence["certificate"]> = {
  fingerprint: fingerprint("a"),
  notBefore: NOW - DAY,
  notAfter: NOW + DAY,
  dnsNames: ["shop.example.com"],
  defect: null,
  signers: new Set([OWN]),
  revocation: new Map(),
};

/** Evidence that nothing is wrong with. */
export const evidence: Evidence = {
  sni: SHOP,
  authority: SHOP,
  forwardedHost: null,
  certificate,
  remoteAddress: "192.0.2.1",
  secret: null,
  token: null,
  engine: { authorized: true, detail: "" },
  resumed: false,
  now: NOW,
};

/** One hostname, one listed certificate, no revocation list. */
export const policy: Policy = {
  originHostname: SHOP,
  hostnames: ["shop.example.com" as HostPattern],
  elsewhere: new Set(),
  levels: new Map(),
  issuer: OWN,
  accepts: { by: "fingerprint", fingerprints: new Set([fingerprint("a")]) },
  addresses: null,
  secret: null,
  token: null,
  also: [],
  revocationUntil: null,
  reportUntil: null,
};

/** The same with the issuer's signature and a name in place of the list. */
export const issued: Policy = {
  ...policy,
  accepts: { by: "issuer", names: new Set(["shop.example.com"]) },
};

/** The same for pulls from one range alone: not the one that `evidence` comes from. */
export const fromElsewhere: Policy = {
  ...policy,
  addresses: { includes: (address) => address.startsWith("203.0.113.") },
};

/** The same for pulls that carry a secret: `evidence` carries none. */
export const withSecret: Policy = { ...policy, secret: { includes: (given) => given === "right" } };

/** The same with a revocation list that is good for another day. */
export const withList: Policy = { ...policy, revocationUntil: NOW + DAY };

/** The same in report mode for another day. */
export const inReportMode: Policy = { ...policy, reportUntil: NOW + DAY };

/** What is wrong with a certificate whoever issued it. */
export const weakKey = refusal("weak-key", "RSA 1024");

/** The same for pulls that carry a token: `evidence` carries none. */
export const withToken: Policy = {
  ...policy,
  token: { doubtOf: (token) => (token === "right" ? null : "is not the right one") },
};
