import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { Evidence } from "../../../origin-verifier/judge/evidence.ts";
import { judge } from "../../../origin-verifier/judge/judge.ts";
import type { Policy } from "../../../origin-verifier/judge/policy.ts";
import {
  refusal,
  refusalStatus,
  reportableReason,
} from "../../../origin-verifier/judge/refusal.ts";
import { patternMatches, type HostPattern, type Hostname } from "../../../shared/hostname.ts";
import { BLOG, fingerprint, NOW, OTHER, OWN, SHOP } from "../../origin-verifier/judge/evidence.ts";
import { share } from "../time-box.ts";

const EACH = 0.03;
const HOSTNAMES = ["shop.example.com", "www.example.com", "a.b.example.com"] as Hostname[];

/** Times around now, and such as are none. */
const time = fc.oneof(
  fc.integer({ min: -2, max: 2 }).map((offset) => NOW + offset),
  fc.constantFrom(0, NOW * 2, Number.NaN, Infinity, -Infinity),
);
const far = fc.constantFrom(NOW - 9, NOW + 9);
/** What is right three times in four, so that most evidence has one or two things wrong. */
const mostly = <T>(right: T, ...wrong: readonly T[]): fc.Arbitrary<T> =>
  fc.oneof({ weight: 6, arbitrary: fc.constant(right) }, fc.constantFrom(right, ...wrong));

const sets = <T>(...members: T[]) => fc.subarray(members).map((some) => new Set(some));

const certificate: fc.Arbitrary<NonNullable<Evidence["certificate"]>> = fc.record({
  fingerprint: mostly(fingerprint("a"), fingerprint("b")),
  notBefore: fc.oneof(fc.constant(NOW - 9), time, far),
  notAfter: fc.oneof(fc.constant(NOW + 9), time, far),
  dnsNames: mostly<readonly string[]>(
    ["shop.example.com"],
    [],
    ["www.example.com"],
    ["SHOP.example.com"],
  ),
  defect: mostly(null, refusal("weak-key", "")),
  signers: fc.oneof(fc.constant(new Set([OWN])), sets(OWN, OTHER)),
  revocation: fc
    .array(fc.tuple(fc.constantFrom(OWN, OTHER), fc.constantFrom("good", "missing", "revoked")))
    .map((entries) => new Map(entries)),
});

const evidence: fc.Arbitrary<Evidence> = fc.record({
  sni: mostly<Hostname | null>(SHOP, BLOG, null),
  authority: mostly(SHOP, BLOG),
  forwardedHost: fc.constantFrom(null, ...HOSTNAMES),
  certificate: fc.oneof({ weight: 9, arbitrary: certificate }, fc.constant(null)),
  secret: fc.constantFrom("right", "right", "wrong", null),
  token: fc.constantFrom("right", "right", "wrong", null),
  remoteAddress: fc.constantFrom("192.0.2.1", "203.0.113.1", ""),
  engine: fc.record({ authorized: mostly(true, false), detail: fc.string() }),
  resumed: mostly(false, true),
  now: fc.oneof(fc.constant(NOW), time),
});

const policy: fc.Arbitrary<Policy> = fc.record({
  originHostname: fc.constant(SHOP),
  hostnames: fc.constantFrom(
    ["shop.example.com"],
    ["shop.example.com", "www.example.com"],
    ["*.example.com"],
    ["*.b.example.com", "shop.example.com"],
  ) as unknown as fc.Arbitrary<Policy["hostnames"]>,
  elsewhere: fc.oneof(fc.constant(new Set<HostPattern>()), sets<HostPattern>(...HOSTNAMES)),
  levels: sets<HostPattern>(...HOSTNAMES).map(
    (names) => new Map([...names].map((name) => [name, "zone" as const])),
  ),
  issuer: mostly(OWN, OTHER),
  accepts: fc.oneof(
    sets(fingerprint("a"), fingerprint("b")).map((fingerprints) => ({
      by: "fingerprint" as const,
      fingerprints,
    })),
    sets("shop.example.com", "www.example.com").map((names) => ({ by: "issuer" as const, names })),
  ),
  secret: fc.constantFrom(null, null, { includes: (given: string) => given === "right" }),
  token: fc.constantFrom(null, null, {
    doubtOf: (given: string) => (given === "right" ? null : "is another"),
  }),
  also: fc.constant([]),
  addresses: fc.constantFrom(null, null, {
    includes: (address: string) => address === "192.0.2.1",
  }),
  revocationUntil: fc.oneof(fc.constant(null), time, far),
  reportUntil: fc.constant(null),
});

const policyOf = (its: Policy) => (sni: Hostname) => (sni === SHOP ? its : undefined);

test("whoever is accepted showed all that there is to show, and whoever is refused is told a status", () => {
  let accepted = 0;
  fc.assert(
    fc.property(evidence, policy, (shown, its) => {
      const verdict = judge(policyOf(its), shown);
      const status = verdict.verdict === "refused" ? refusalStatus(verdict.reason) : 400;
      expect(status).toBeGreaterThanOrEqual(400);
      if (verdict.verdict === "refused") return;
      accepted += 1;
      const { certificate: its_ } = shown;
      if (its_ === null) throw new Error("accepted without a certificate");
      expect([shown.resumed, shown.sni, shown.authority]).toEqual([false, SHOP, SHOP]);
      expect([its_.defect, shown.engine.authorized]).toEqual([null, true]);
      expect(its_.notBefore <= shown.now && shown.now < its_.notAfter).toBe(true);
      expect(its_.signers.has(its.issuer)).toBe(true);
      expect(its.secret === null || shown.secret === "right").toBe(true);
      expect(its.token === null || shown.token === "right").toBe(true);
      expect(its.addresses === null || shown.remoteAddress === "192.0.2.1").toBe(true);
      expect(
        its.accepts.by === "fingerprint"
          ? its.accepts.fingerprints.has(its_.fingerprint)
          : its_.dnsNames.some(
              (name) => its.accepts.by === "issuer" && its.accepts.names.has(name),
            ),
      ).toBe(true);
      const good = its_.revocation.get(its.issuer) === "good";
      expect(its.revocationUntil === null || (good && shown.now < its.revocationUntil)).toBe(true);
      expect(verdict).toMatchObject({ originHostname: SHOP, fingerprint: its_.fingerprint });
      expect(its.hostnames.some((pattern) => patternMatches(pattern, verdict.hostname))).toBe(true);
    }),
    share(EACH),
  );
  // A property of the accepted says nothing where nobody is.
  expect(accepted).toBeGreaterThan(0);
});

test("report mode changes no verdict, and what it lets through is doubtful for its certificate alone, and stays at its origin", () => {
  let reported = 0;
  fc.assert(
    fc.property(evidence, policy, fc.oneof(time, far), (shown, its, reportUntil) => {
      const enforced = judge(policyOf(its), shown);
      const verdict = judge(policyOf({ ...its, reportUntil }), shown);
      expect(verdict.verdict).toBe(enforced.verdict);
      if (verdict.verdict === "accepted" || verdict.reported === null) return;
      reported += 1;
      const { reason, hostname, originHostname } = verdict.reported;
      expect(shown.now < reportUntil).toBe(true);
      expect([shown.resumed, shown.sni, shown.authority]).toEqual([false, SHOP, SHOP]);
      expect([reason, reportableReason(reason), originHostname]).toEqual([
        verdict.reason,
        reason,
        SHOP,
      ]);
      expect(its.hostnames.some((pattern) => patternMatches(pattern, hostname))).toBe(true);
      expect(its.hostnames.length === 1 || hostname === shown.forwardedHost).toBe(true);
    }),
    share(EACH),
  );
  expect(reported).toBeGreaterThan(0);
});

test("no refusal becomes an acceptance by another thing wrong, nor by another issuer's lists or signature", () => {
  fc.assert(
    fc.property(evidence, evidence, policy, fc.nat({ max: 63 }), (shown, other, its, which) => {
      if (judge(policyOf(its), shown).verdict === "accepted") return;
      const worse: Evidence = {
        ...shown,
        ...((which & 1) === 0 ? {} : { resumed: shown.resumed || other.resumed }),
        ...((which & 2) === 0
          ? {}
          : {
              engine: {
                ...shown.engine,
                authorized: shown.engine.authorized && other.engine.authorized,
              },
            }),
        ...((which & 4) === 0 || shown.certificate === null || other.certificate === null
          ? {}
          : {
              certificate: {
                ...shown.certificate,
                defect: shown.certificate.defect ?? other.certificate.defect,
                notBefore: Math.max(shown.certificate.notBefore, other.certificate.notBefore),
                notAfter: Math.min(shown.certificate.notAfter, other.certificate.notAfter),
                signers: new Set(
                  [...shown.certificate.signers].concat(
                    [...other.certificate.signers].filter((one) => one !== its.issuer),
                  ),
                ),
                revocation: new Map([
                  ...[...other.certificate.revocation].filter(([one]) => one !== its.issuer),
                  ...[...shown.certificate.revocation].filter(([one]) => one === its.issuer),
                ]),
              },
            }),
      };
      expect(judge(policyOf(its), worse).verdict).toBe("refused");
    }),
    share(EACH),
  );
});

test("what the peer says in X-Forwarded-Host changes only which hostname is asked for", () => {
  fc.assert(
    fc.property(
      evidence,
      policy,
      fc.constantFrom(null, ...HOSTNAMES),
      (shown, its, forwardedHost) => {
        const verdict = judge(policyOf(its), shown);
        if (verdict.verdict === "accepted" || verdict.reason === "misdirected") return;
        expect(judge(policyOf(its), { ...shown, forwardedHost })).toEqual(verdict);
      },
    ),
    share(EACH),
  );
});
