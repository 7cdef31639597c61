import { createHash } from "node:crypto";
import type { HostPattern } from "../../shared/hostname.ts";
import type { LockFacts, PolicyFacts } from "../judge/policy.ts";
import type { IssuerFacts, OriginFacts, TrustFacts } from "../trust/trust.ts";

/** At least one. */
export type AtLeastOne<T> = readonly [T, ...T[]];

/**
 * What several processes decide with, as one. They are nearly always the same; while they differ, what is told to be let in
 * is what *all* of them let in, so that nobody presents a certificate that one of them refuses.
 */
export function mergeTrust([first, ...others]: AtLeastOne<TrustFacts>): TrustFacts {
  return others.reduce((one, other) => bothTrusts(one, other), first);
}

function bothTrusts(one: TrustFacts, other: TrustFacts): TrustFacts {
  const origins = [...one.origins].flatMap(([name, mine]) => {
    const theirs = other.origins.get(name);
    const both = theirs === undefined ? null : bothOrigins(mine, theirs);
    return both === null ? [] : ([[name, both]] as const);
  });
  const names = new Set([...one.issuers.keys(), ...other.issuers.keys()]);
  return {
    generation: Math.min(one.generation, other.generation),
    mappingDigest:
      one.mappingDigest === other.mappingDigest
        ? one.mappingDigest
        : neither(one.mappingDigest, other.mappingDigest),
    origins: new Map(origins),
    issuers: new Map(
      [...names].flatMap((name) => {
        const both = bothIssuers(one.issuers.get(name), other.issuers.get(name));
        return both === undefined ? [] : [[name, both]];
      }),
    ),
  };
}

/** A digest that no mapping has: of two, neither is what this machine decides by. */
function neither(one: string, other: string): string {
  return createHash("sha256").update([one, other].toSorted().join(" ")).digest("hex");
}

function bothOrigins(one: OriginFacts, other: OriginFacts): OriginFacts | null {
  const [first, ...more] = one.policy.hostnames.filter((name) =>
    other.policy.hostnames.includes(name),
  );
  if (first === undefined) return null;
  return {
    policy: bothPolicies(one.policy, other.policy, [first, ...more]),
    // The one that ends first is the one to look at.
    certificate:
      one.certificate.notAfter <= other.certificate.notAfter ? one.certificate : other.certificate,
  };
}

function bothPolicies(
  one: PolicyFacts,
  other: PolicyFacts,
  hostnames: AtLeastOne<HostPattern>,
): PolicyFacts {
  const { originHostname, issuer } = one;
  return {
    originHostname,
    hostnames,
    elsewhere: new Set([...one.elsewhere, ...other.elsewhere]),
    levels: new Map([...one.levels, ...other.levels]),
    issuer,
    accepts: issuer === other.issuer ? bothAccept(one.accepts, other.accepts) : NOTHING,
    also: bothLocks(one.also, other.also),
    revocationUntil: sooner(one.revocationUntil, other.revocationUntil),
    // Where one enforces, a pull may be refused.
    reportUntil:
      one.reportUntil === null || other.reportUntil === null
        ? null
        : Math.min(one.reportUntil, other.reportUntil),
  };
}

type Accepts = PolicyFacts["accepts"];

const NOTHING: Accepts = { by: "fingerprint", fingerprints: new Set() };

function bothAccept(one: Accepts, other: Accepts): Accepts {
  if (one.by === "fingerprint" && other.by === "fingerprint")
    return { by: "fingerprint", fingerprints: intersection(one.fingerprints, other.fingerprints) };
  if (one.by === "issuer" && other.by === "issuer")
    return { by: "issuer", names: intersection(one.names, other.names) };
  if (one.by === "shared" && other.by === "shared")
    return { by: "shared", alone: one.alone || other.alone };
  return NOTHING;
}

/** What one of them asks for is asked for; of two files the one that was fetched first is the one to look at. */
function bothLocks(one: readonly LockFacts[], other: readonly LockFacts[]): readonly LockFacts[] {
  const older = one.map((mine) => {
    const theirs = other.find(({ lock }) => lock === mine.lock);
    return theirs !== undefined && fetchedAt(theirs) < fetchedAt(mine) ? theirs : mine;
  });
  return [...older, ...other.filter(({ lock }) => one.every((mine) => mine.lock !== lock))];
}

function fetchedAt(facts: LockFacts): number {
  return facts.lock === "header" ? 0 : (facts.fetched ?? 0);
}

/** All that ends is told of, whichever process holds it. */
function bothIssuers(
  one: IssuerFacts | undefined,
  other: IssuerFacts | undefined,
): IssuerFacts | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  const all = [...one.issuer.certificates, ...other.issuer.certificates];
  const byFingerprint = new Map(all.map((each) => [each.facts.fingerprint, each]));
  return {
    name: one.name,
    issuer: { certificates: [...byFingerprint.values()] },
    revocationUntil: sooner(one.revocationUntil, other.revocationUntil),
  };
}

function intersection<T>(one: ReadonlySet<T>, other: ReadonlySet<T>): ReadonlySet<T> {
  return new Set([...one].filter((each) => other.has(each)));
}

function sooner(one: number | null, other: number | null): number | null {
  return one === null || other === null ? (one ?? other) : Math.min(one, other);
}
