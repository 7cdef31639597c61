import type { RefusalReason, RefusalStatus } from "../../origin-verifier/judge/refusal.ts";
import { createEntryFinder } from "../../shared/find-entry.ts";
import type { Fingerprint } from "../../shared/fingerprint.ts";
import { isWildcard, parseHostname, type Hostname } from "../../shared/hostname.ts";
import type { BindingName, Mapping } from "../../shared/mapping.ts";
import type { Level } from "../local-edge/level-in-force.ts";
import { workerEntries, type WorkerEntry } from "../worker-entries.ts";
import type { CACHED_PATH } from "./application.ts";
import { carriesSecret } from "./local-secrets.ts";
import type { LocalCertificate, LocalCertificates } from "./local-certificates.ts";
import type { WrongSwitch } from "./wrong-switches.ts";

/** Something to try in the local world, and what should come of it. */
export interface Attempt {
  /** Where it goes, in words. */
  readonly towards: string;
  /** What is tried there, in words. */
  readonly tried: string;
  readonly how: Visit | DirectPull | EdgeVisit | Outsider;
  readonly expected: Expected;
}

/** A visitor's request to the Worker. */
export interface Visit {
  readonly by: "visitor";
  readonly hostname: Hostname;
}

/** A request straight to the origin, past the Worker. */
export interface DirectPull {
  readonly by: "stranger";
  readonly sni: Hostname;
  readonly authority: Hostname;
  readonly certificate: LocalCertificate | null;
}

/** A visitor's request to the edge. */
export interface EdgeVisit {
  readonly by: "edge-visitor";
  readonly hostname: Hostname;
  /** Authenticated Origin Pulls: off is an edge that presents nothing, in front of an origin that asks nobody. */
  readonly originPulls: "off" | "on";
  /** What is set wrongly at Cloudflare; null where nothing is. */
  readonly wrong: WrongSwitch | null;
  /** Asked for twice, where the second answer comes from the cache. */
  readonly path: "/" | typeof CACHED_PATH;
}

/** A request straight to the origin of a proxied hostname, past the edge. */
export interface Outsider {
  readonly by: "outsider";
  readonly originHostname: Hostname;
  readonly originPulls: "off" | "on";
  /** What it says beside Host. */
  readonly headers: Readonly<Record<string, string>>;
}

/** What should happen. */
export type Expected =
  | {
      readonly verdict: "accepted";
      readonly hostname: Hostname;
      readonly binding: BindingName;
      readonly fingerprint: Fingerprint;
    }
  /** The same through the edge. */
  | {
      readonly verdict: "accepted";
      readonly hostname: Hostname;
      readonly level: Level;
      readonly fingerprint: Fingerprint;
    }
  /** The application answers, and nobody was asked for a certificate. */
  | { readonly verdict: "gets-through"; readonly answer: 200 }
  /** The edge answers by itself, and pulls nothing. */
  | { readonly verdict: "from-cache"; readonly answer: 200 }
  /** The edge finds nobody to pull from. */
  | { readonly verdict: "no-origin"; readonly answer: 521 }
  | {
      readonly verdict: "refused";
      /** `unmapped` is the Worker's; all others are the verifier's. */
      readonly reason: RefusalReason | "unmapped";
      /** The status that is answered; null where nothing at all is. */
      readonly answer: RefusalStatus | 520 | null;
    };

interface Party {
  readonly entry: WorkerEntry;
  /** The hostname that a visitor asks for: the entry's own, or one that its wildcard covers. */
  readonly hostname: Hostname;
  readonly certificate: LocalCertificate;
}

/**
 * The attempts that a mapping allows, in the order of the story: what works, then what does not. Pure: nothing is tried
 * here. A mapping of one hostname has fewer, because there is nobody to mistake it for.
 */
export function listAttempts(
  mapping: Mapping,
  certificates: LocalCertificates,
): readonly Attempt[] {
  const parties = partiesOf(mapping, certificates);
  const [first] = parties;
  if (first === undefined) return [];
  const second = parties.find(
    ({ entry }) =>
      entry.present.binding !== first.entry.present.binding &&
      entry.origins.every(({ hostname }) => !isOriginOf(first.entry, hostname)),
  );
  return [
    throughWorker(first),
    ...(second === undefined ? [] : [throughWorker(second)]),
    unmapped(mapping),
    ...(carriesSecret(first.entry, mapping)
      ? [
          straight(first, "with its own certificate, without the secret", first.certificate, {
            reason: "secret-not-accepted",
            answer: 403,
          }),
        ]
      : []),
    straight(first, "without a certificate", null, { reason: "no-certificate", answer: null }),
    ...(second === undefined ? [] : withCertificateOf(second, first)),
    straight(first, "with a certificate of another issuer", certificates.stranger, {
      reason: "unknown-issuer",
      answer: null,
    }),
    ...(second === undefined ? [] : [toHostOf(second, first)]),
  ];
}

function isOriginOf({ origins }: WorkerEntry, hostname: Hostname): boolean {
  return origins.some((origin) => origin.hostname === hostname);
}

function partiesOf(mapping: Mapping, { pull }: LocalCertificates): readonly Party[] {
  const find = createEntryFinder(mapping);
  return workerEntries(mapping).flatMap((entry) => {
    const certificate = pull.get(entry.present.binding);
    const candidates = isWildcard(entry.hostname)
      ? ["local", "any", "some"].map((label) => entry.hostname.replace("*", label))
      : [entry.hostname];
    const hostname = candidates
      .map(parseHostname)
      .find((candidate) => candidate !== null && find(candidate) === entry);
    return certificate === undefined || hostname === null || hostname === undefined
      ? []
      : [{ entry, hostname, certificate }];
  });
}

function throughWorker({ entry, hostname, certificate }: Party): Attempt {
  return {
    towards: "Through the Worker",
    tried: hostname,
    how: { by: "visitor", hostname },
    expected: {
      verdict: "accepted",
      hostname,
      binding: entry.present.binding,
      fingerprint: certificate.fingerprint,
    },
  };
}

function unmapped(mapping: Mapping): Attempt {
  const find = createEntryFinder(mapping);
  // RFC 2606 keeps .invalid for this; the first is only nicer to look at.
  const hostname = ["unmapped.example.com", "unmapped.invalid"]
    .map(parseHostname)
    .find((candidate) => candidate !== null && find(candidate) === undefined);
  if (hostname === null || hostname === undefined) throw new Error("everything is mapped");
  return {
    towards: "Through the Worker",
    tried: hostname,
    how: { by: "visitor", hostname },
    expected: { verdict: "refused", reason: "unmapped", answer: 421 },
  };
}

function straight(
  {
    entry: {
      origins: [origin],
    },
  }: Party,
  tried: string,
  certificate: LocalCertificate | null,
  expected: Omit<Extract<Expected, { verdict: "refused" }>, "verdict">,
): Attempt {
  return {
    towards: `Straight to ${origin.hostname}, past the Worker`,
    tried,
    how: { by: "stranger", sni: origin.hostname, authority: origin.hostname, certificate },
    expected: { verdict: "refused", ...expected },
  };
}

function withCertificateOf(other: Party, own: Party): readonly Attempt[] {
  const { accept } = own.entry;
  const issuersDiffer = accept.issuer !== other.entry.accept.issuer;
  const bySignature = accept.certificates === "issued";
  const presented = other.entry.accept.names[0] ?? other.hostname;
  // With "issued" the other's certificate may be just as good: then there is nothing to refuse.
  if (bySignature && !issuersDiffer && accept.names.includes(presented)) return [];
  const onOneIssuer = bySignature ? "name-not-accepted" : "certificate-not-accepted";
  return [
    straight(own, `with the certificate of ${other.hostname}`, other.certificate, {
      reason: issuersDiffer ? "wrong-issuer" : onOneIssuer,
      answer: 403,
    }),
  ];
}

function toHostOf(other: Party, own: Party): Attempt {
  const [here, there] = [own.entry.origins[0].hostname, other.entry.origins[0].hostname];
  const attempt = straight(own, `with Host: ${there}`, own.certificate, {
    reason: "misdirected",
    answer: 421,
  });
  return {
    ...attempt,
    how: {
      by: "stranger",
      sni: here,
      authority: there,
      certificate: own.certificate,
    },
  };
}
