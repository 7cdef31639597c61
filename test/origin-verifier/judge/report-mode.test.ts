import * as fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import type { CertificateEvidence, Evidence } from "../../../origin-verifier/judge/evidence.ts";
import { judge } from "../../../origin-verifier/judge/judge.ts";
import { isReporting, type Policy } from "../../../origin-verifier/judge/policy.ts";
import {
  refusal,
  reportableReason,
  type RefusalReason,
} from "../../../origin-verifier/judge/refusal.ts";
import type { Verdict } from "../../../origin-verifier/judge/verdict.ts";
import { patternMatches, type HostPattern, type Hostname } from "../../../shared/hostname.ts";
import { ALL_REASONS } from "../../support/made-up-trust.ts";
import {
  BLOG,
  certificate,
  evidence,
  fingerprint,
  inReportMode,
  NOW,
  OTHER,
  OWN,
  SHOP,
  weakKey,
} from "./evidence.ts";

const UNTIL = inReportMode.reportUntil ?? 0;
const judged = (shown: Partial<Evidence>, its: Policy = inReportMode) =>
  judge(policyOf(its), { ...evidence, ...shown });
const noCertificate = { certificate: null };
const several: Policy = {
  ...inReportMode,
  hostnames: ["shop.example.com", "www.example.com"] as unknown as Policy["hostnames"],
};

describe("report mode never lets through", () => {
  const never: readonly (readonly [string, RefusalReason, Partial<Evidence>, Policy])[] = [
    ["a resumed session", "session-resumed", { resumed: true }, inReportMode],
    [
      "a resumed session without a certificate",
      "session-resumed",
      { ...noCertificate, resumed: true },
      inReportMode,
    ],
    ["no SNI", "misdirected", { ...noCertificate, sni: null }, inReportMode],
    [
      "an SNI that no entry has",
      "misdirected",
      { ...noCertificate, sni: BLOG, authority: BLOG },
      inReportMode,
    ],
    [
      "a Host that is not the SNI",
      "misdirected",
      { ...noCertificate, authority: BLOG },
      inReportMode,
    ],
    ["a good certificate under another Host", "misdirected", { authority: BLOG }, inReportMode],
    ["no hostname, where there are several", "misdirected", noCertificate, several],
    [
      "a hostname of no entry of this origin",
      "misdirected",
      { ...noCertificate, forwardedHost: "blog.example.com" as Hostname },
      several,
    ],
    [
      "a hostname below a wildcard that has an origin of its own",
      "misdirected",
      { ...noCertificate, forwardedHost: "blog.example.com" as Hostname },
      {
        ...inReportMode,
        hostnames: ["*.example.com" as HostPattern],
        elsewhere: new Set(["blog.example.com" as HostPattern]),
      },
    ],
  ];
  test.each(never.map(([given, reason, shown, its]) => ({ given, reason, shown, its })))(
    "$given",
    ({ reason, shown, its }) => {
      expect(judged(shown, its)).toMatchObject({ verdict: "refused", reason, reported: null });
    },
  );

  it.each<readonly [string, Policy["reportUntil"], number]>([
    ["in the millisecond of its end", UNTIL, UNTIL],
    ["after its end", UNTIL, UNTIL + 1],
    ["at a time that is none", UNTIL, Number.NaN],
    ["until a day that is none", Number.NaN, NOW],
    ["where the mapping says enforce", null, NOW],
  ])("anything %s", (_, reportUntil, now) => {
    const its = { ...inReportMode, reportUntil };
    expect(isReporting(its, now)).toBe(false);
    expect(judged({ ...noCertificate, now }, its)).toEqual({
      verdict: "refused",
      reason: "no-certificate",
      detail: "the peer presented no certificate",
      reported: null,
    });
  });
});

describe("report mode lets through, as refused", () => {
  const rows: readonly (readonly [
    RefusalReason,
    Partial<CertificateEvidence>,
    Partial<Evidence>,
  ])[] = [
    ["weak-key", { defect: weakKey }, {}],
    ["malformed-certificate", { defect: refusal("malformed-certificate", "") }, {}],
    ["certificate-is-a-ca", { defect: refusal("certificate-is-a-ca", "") }, {}],
    ["certificate-not-yet-valid", { notBefore: NOW + 1 }, {}],
    ["certificate-expired", { notAfter: NOW }, {}],
    ["unknown-issuer", { signers: new Set() }, {}],
    ["wrong-issuer", { signers: new Set([OTHER]) }, {}],
    ["refused-by-engine", {}, { engine: { authorized: false, detail: "no" } }],
    ["certificate-not-accepted", { fingerprint: fingerprint("b") }, {}],
  ];
  test.each(rows.map(([reason, its, shown]) => ({ reason, its, shown })))(
    "$reason",
    ({ reason, its, shown }) => {
      const verdict = judged({ ...shown, certificate: { ...certificate, ...its } });
      expect(verdict).toMatchObject({ verdict: "refused", reason });
      expect(verdict).toHaveProperty("reported", {
        verdict: "refused",
        reason,
        hostname: "shop.example.com",
        originHostname: SHOP,
        reportUntil: UNTIL,
      });
    },
  );

  it("no certificate, up to the last millisecond", () => {
    expect(judged({ ...noCertificate, now: UNTIL - 1 })).toHaveProperty(
      "reported.reason",
      "no-certificate",
    );
  });

  it("the hostname that was asked for, where there are several", () => {
    const forwardedHost = "www.example.com" as Hostname;
    expect(judged({ ...noCertificate, forwardedHost }, several)).toHaveProperty(
      "reported.hostname",
      forwardedHost,
    );
  });

  it("nothing that could be taken for a proof: no fingerprint, though the certificate has one", () => {
    const verdict = judged({ certificate: { ...certificate, notAfter: NOW } });
    expect(Object.keys(verdict.verdict === "refused" ? (verdict.reported ?? {}) : {})).toEqual([
      "verdict",
      "reason",
      "hostname",
      "originHostname",
      "reportUntil",
    ]);
  });
});

/** Who may be let through: a new reason does not compile until it stands in the switch, and fails here until it is here. */
test("the reasons that may be let through are those of a certificate, and no others", () => {
  const never = ALL_REASONS.filter((reason) => reportableReason(reason) === null);
  expect(never).toEqual([
    "session-resumed",
    "address-not-accepted",
    "secret-not-accepted",
    "token-not-accepted",
    "misdirected",
    "malformed-request",
    "body-not-allowed",
    "method-not-allowed",
    "request-timeout",
    "content-too-large",
    "expectation-failed",
    "headers-too-large",
    "version-not-supported",
    "application-unreachable",
    "application-timeout",
  ]);
  for (const reason of ALL_REASONS) expect([null, reason]).toContain(reportableReason(reason));
});

const HOSTNAMES = ["shop.example.com", "www.example.com", "blog.example.com"] as Hostname[];
const time = fc.oneof(
  fc.integer({ min: -2, max: 2 }).map((offset) => NOW + offset),
  fc.constantFrom(Number.NaN, Infinity, -Infinity, 0),
);
const anyEvidence: fc.Arbitrary<Evidence> = fc.record({
  sni: fc.constantFrom<Hostname | null>(SHOP, SHOP, SHOP, BLOG, null),
  authority: fc.constantFrom(SHOP, SHOP, SHOP, BLOG),
  forwardedHost: fc.constantFrom(null, ...HOSTNAMES),
  certificate: fc.option(
    fc.record({
      fingerprint: fc.constantFrom(fingerprint("a"), fingerprint("a"), fingerprint("b")),
      notBefore: fc.oneof(fc.constant(NOW - 9), time),
      notAfter: fc.oneof(fc.constant(NOW + 9), time),
      dnsNames: fc.subarray(["shop.example.com", "other.example.com"]),
      defect: fc.oneof(
        { weight: 3, arbitrary: fc.constant(null) },
        fc.constantFrom(...ALL_REASONS).map((reason) => refusal(reason, "its defect")),
      ),
      signers: fc.subarray([OWN, OWN, OTHER]).map((some) => new Set(some)),
      revocation: fc.constantFrom(new Map(), new Map([[OWN, "revoked" as const]])),
    }),
    { freq: 9 },
  ),
  secret: fc.constantFrom("right", "right", "wrong", null),
  token: fc.constantFrom("right", "right", "wrong", null),
  remoteAddress: fc.constantFrom("192.0.2.1", "203.0.113.1", ""),
  engine: fc.record({ authorized: fc.constantFrom(true, true, false), detail: fc.constant("") }),
  resumed: fc.constantFrom(false, false, false, true),
  now: fc.oneof({ weight: 4, arbitrary: fc.constant(NOW) }, time),
});
const anyPolicy: fc.Arbitrary<Policy> = fc.record({
  originHostname: fc.constant(SHOP),
  hostnames: fc.constantFrom(
    ["shop.example.com"],
    ["shop.example.com", "www.example.com"],
    ["*.example.com"],
  ) as unknown as fc.Arbitrary<Policy["hostnames"]>,
  elsewhere: fc.constantFrom(new Set<HostPattern>(), new Set(["blog.example.com" as HostPattern])),
  levels: fc.constant(new Map()),
  issuer: fc.constant(OWN),
  accepts: fc.constantFrom<Policy["accepts"]>(
    { by: "fingerprint", fingerprints: new Set([fingerprint("a")]) },
    { by: "issuer", names: new Set(["shop.example.com"]) },
  ),
  secret: fc.constantFrom(null, null, { includes: (given: string) => given === "right" }),
  token: fc.constantFrom(null, null, {
    doubtOf: (given: string) => (given === "right" ? null : "is another"),
  }),
  also: fc.constant([]),
  addresses: fc.constantFrom(null, null, {
    includes: (address: string) => address === "192.0.2.1",
  }),
  revocationUntil: fc.oneof(fc.constant(null), time),
  reportUntil: fc.constant(null),
});

const policyOf = (its: Policy) => (sni: Hostname) => (sni === SHOP ? its : undefined);
const acceptedOf = (verdict: Verdict) => (verdict.verdict === "accepted" ? verdict : null);

test("whatever is shown: accepted exactly when enforce accepts; let through for a reason of the closed list alone, at its own origin", () => {
  const came = { accepted: 0, reported: 0, refused: 0 };
  fc.assert(
    fc.property(anyEvidence, anyPolicy, time, (shown, enforcing, reportUntil) => {
      const enforced = judge(policyOf(enforcing), shown);
      const verdict = judge(policyOf({ ...enforcing, reportUntil }), shown);
      came[verdict.verdict] += 1;
      expect(acceptedOf(verdict)).toEqual(acceptedOf(enforced));
      if (verdict.verdict === "accepted" || enforced.verdict === "accepted") return;
      expect(enforced.reported).toBeNull();
      // Report mode may find out that a doubtful pull goes nowhere; it never finds a milder word.
      expect([enforced.reason, "misdirected"]).toContain(verdict.reason);
      const { reported } = verdict;
      if (reported === null) return;
      came.reported += 1;
      expect(shown.now < reportUntil).toBe(true);
      expect([shown.resumed, shown.sni, shown.authority]).toEqual([false, SHOP, SHOP]);
      expect(reported).toMatchObject({ verdict: "refused", originHostname: SHOP, reportUntil });
      expect(reported.reason).toBe(enforced.reason);
      expect(reportableReason(reported.reason)).toBe(reported.reason);
      const { hostnames, elsewhere, addresses, secret, token } = enforcing;
      expect(secret === null || shown.secret === "right").toBe(true);
      expect(token === null || shown.token === "right").toBe(true);
      expect(addresses?.includes(shown.remoteAddress) ?? true).toBe(true);
      expect(hostnames.some((pattern) => patternMatches(pattern, reported.hostname))).toBe(true);
      expect(elsewhere.has(reported.hostname)).toBe(false);
      expect(hostnames.length === 1 || reported.hostname === shown.forwardedHost).toBe(true);
    }),
    { numRuns: 20_000 },
  );
  // A property of a kind says nothing where there are none of it.
  for (const count of Object.values(came)) expect(count).toBeGreaterThan(20);
});
