import { describe, expect, it, test } from "vitest";
import * as fc from "fast-check";
import type { CertificateEvidence, Evidence } from "../../../origin-verifier/judge/evidence.ts";
import { judge } from "../../../origin-verifier/judge/judge.ts";
import type { Policy } from "../../../origin-verifier/judge/policy.ts";
import { refusal, type RefusalReason } from "../../../origin-verifier/judge/refusal.ts";
import type { HostPattern, Hostname } from "../../../shared/hostname.ts";
import {
  BLOG,
  certificate,
  evidence,
  fingerprint,
  fromElsewhere,
  issued,
  NOW,
  OTHER,
  OWN,
  policy,
  SHOP,
  weakKey,
  withList,
  withSecret,
  withToken,
} from "./evidence.ts";

interface Row {
  readonly given: string;
  readonly reason: RefusalReason;
  readonly policy?: Policy;
  readonly evidence?: Partial<Evidence>;
  readonly certificate?: Partial<CertificateEvidence>;
}

const notAuthorized = { ...evidence.engine, authorized: false, detail: "unable to verify" };

/** One thing wrong each; all else is as it must be. */
const rows: readonly Row[] = [
  { given: "a resumed session", reason: "session-resumed", evidence: { resumed: true } },
  { given: "no SNI", reason: "misdirected", evidence: { sni: null } },
  {
    given: "an SNI that no entry has, and the same Host",
    reason: "misdirected",
    evidence: { sni: BLOG, authority: BLOG },
  },
  { given: "a Host that is not the SNI", reason: "misdirected", evidence: { authority: BLOG } },
  {
    given: "the visitor's own hostname as Host",
    reason: "misdirected",
    evidence: {
      authority: "shop.example.com" as Hostname,
      forwardedHost: "shop.example.com" as Hostname,
    },
  },
  {
    given: "a good certificate from an address that is not accepted",
    reason: "address-not-accepted",
    policy: fromElsewhere,
  },
  {
    given: "an accepted address without a certificate",
    reason: "no-certificate",
    policy: fromElsewhere,
    evidence: { certificate: null, remoteAddress: "203.0.113.1" },
  },
  {
    given: "an accepted address with a certificate that is not listed",
    reason: "certificate-not-accepted",
    policy: fromElsewhere,
    evidence: { remoteAddress: "203.0.113.1" },
    certificate: { fingerprint: fingerprint("b") },
  },
  {
    given: "neither an accepted certificate nor an accepted address",
    reason: "certificate-not-accepted",
    policy: fromElsewhere,
    certificate: { fingerprint: fingerprint("b") },
  },
  {
    given: "a peer whose address is not known",
    reason: "address-not-accepted",
    policy: fromElsewhere,
    evidence: { remoteAddress: "" },
  },
  {
    given: "a good certificate without the secret",
    reason: "secret-not-accepted",
    policy: withSecret,
  },
  {
    given: "a good certificate with another secret",
    reason: "secret-not-accepted",
    policy: withSecret,
    evidence: { secret: "righ" },
  },
  {
    given: "the secret without a certificate",
    reason: "no-certificate",
    policy: withSecret,
    evidence: { certificate: null, secret: "right" },
  },
  {
    given: "the secret, from an address that is not accepted",
    reason: "address-not-accepted",
    policy: { ...fromElsewhere, secret: withSecret.secret },
    evidence: { secret: "right" },
  },
  { given: "a good certificate without a token", reason: "token-not-accepted", policy: withToken },
  {
    given: "a good certificate with a token that is not taken",
    reason: "token-not-accepted",
    policy: withToken,
    evidence: { token: "wrong" },
  },
  {
    given: "a token without a certificate",
    reason: "no-certificate",
    policy: withToken,
    evidence: { certificate: null, token: "right" },
  },
  {
    given: "a token with another hostname's certificate",
    reason: "certificate-not-accepted",
    policy: withToken,
    evidence: { token: "right" },
    certificate: { fingerprint: fingerprint("b") },
  },
  {
    given: "a token without the secret that is asked for too",
    reason: "secret-not-accepted",
    policy: { ...withSecret, token: withToken.token },
    evidence: { token: "right" },
  },
  {
    given: "the secret without the token that is asked for too",
    reason: "token-not-accepted",
    policy: { ...withSecret, token: withToken.token },
    evidence: { secret: "right" },
  },
  { given: "no certificate", reason: "no-certificate", evidence: { certificate: null } },
  { given: "a weak key", reason: "weak-key", certificate: { defect: weakKey } },
  ...(
    [
      "malformed-certificate",
      "not-version-3",
      "certificate-is-a-ca",
      "not-for-client-auth",
      "weak-signature",
      "outside-profile",
    ] as const
  ).map((reason) => ({
    given: `a certificate of which it is found that it is ${reason}`,
    reason,
    certificate: { defect: refusal(reason, "its defect") },
  })),
  {
    given: "a certificate of the next millisecond",
    reason: "certificate-not-yet-valid",
    certificate: { notBefore: NOW + 1 },
  },
  {
    given: "a certificate that ends in this millisecond",
    reason: "certificate-expired",
    certificate: { notAfter: NOW },
  },
  {
    given: "a first day that cannot be read",
    reason: "certificate-not-yet-valid",
    certificate: { notBefore: Number.NaN },
  },
  {
    given: "a last day that cannot be read",
    reason: "certificate-expired",
    certificate: { notAfter: Number.NaN },
  },
  {
    given: "a certificate of no issuer of the mapping",
    reason: "unknown-issuer",
    evidence: { engine: notAuthorized },
    certificate: { signers: new Set() },
  },
  {
    given: "a certificate of the mapping's other issuer",
    reason: "wrong-issuer",
    evidence: { engine: notAuthorized },
    certificate: { signers: new Set([OTHER]) },
  },
  {
    given: "a certificate that we find good and the engine does not",
    reason: "refused-by-engine",
    evidence: { engine: notAuthorized },
  },
  {
    given: "the engine's word alone, for a listed certificate that none of our chains leads to",
    reason: "unknown-issuer",
    certificate: { signers: new Set() },
  },
  {
    given: "the engine's word alone, where the signature decides",
    reason: "unknown-issuer",
    policy: issued,
    certificate: { signers: new Set() },
  },
  {
    given: "the signature of the other issuer, where the signature decides",
    reason: "wrong-issuer",
    policy: issued,
    certificate: { signers: new Set([OTHER]) },
  },
  {
    given: "a certificate that is not in the list",
    reason: "certificate-not-accepted",
    certificate: { fingerprint: fingerprint("b") },
  },
  {
    given: "a certificate without the name",
    reason: "name-not-accepted",
    policy: issued,
    certificate: { dnsNames: [] },
  },
  ...[
    "SHOP.example.com",
    "shop.example.com.",
    "*.example.com",
    "shop.example.com\0",
    "a.shop.example.com",
  ].map((name): Row => ({
    given: `a certificate whose name only resembles: ${JSON.stringify(name)}`,
    reason: "name-not-accepted",
    policy: issued,
    certificate: { dnsNames: [name] },
  })),
  {
    given: "a revoked certificate",
    reason: "certificate-revoked",
    policy: withList,
    certificate: { revocation: new Map([[OWN, "revoked"]]) },
  },
  {
    given: "a certificate that no list covers",
    reason: "revocation-unknown",
    policy: withList,
    certificate: { revocation: new Map([[OWN, "missing"]]) },
  },
  {
    given: "a certificate of which only another issuer's list says that it is good",
    reason: "revocation-unknown",
    policy: withList,
    certificate: { revocation: new Map([[OTHER, "good"]]) },
  },
  {
    given: "a list that goes stale in this millisecond",
    reason: "revocation-unknown",
    policy: { ...withList, revocationUntil: NOW },
    certificate: { revocation: new Map([[OWN, "good"]]) },
  },
  {
    given: "a list whose end cannot be read",
    reason: "revocation-unknown",
    policy: { ...withList, revocationUntil: Number.NaN },
    certificate: { revocation: new Map([[OWN, "good"]]) },
  },
  {
    given: "no word of which of two hostnames is asked for",
    reason: "misdirected",
    policy: withHostnames("shop.example.com", "www.example.com"),
  },
  {
    given: "a hostname that is none of the two",
    reason: "misdirected",
    policy: withHostnames("shop.example.com", "www.example.com"),
    evidence: { forwardedHost: "blog.example.com" as Hostname },
  },
  {
    given: "no word of which hostname of a wildcard is asked for",
    reason: "misdirected",
    policy: withHostnames("*.example.com"),
  },
  {
    given: "a hostname two labels below the wildcard",
    reason: "misdirected",
    policy: withHostnames("*.example.com"),
    evidence: { forwardedHost: "a.b.example.com" as Hostname },
  },
  {
    given: "the wildcard's own parent",
    reason: "misdirected",
    policy: withHostnames("*.shop.example.com"),
    evidence: { forwardedHost: "shop.example.com" as Hostname },
  },
  {
    given: "one of two hostnames of the edge's, in a header that a visitor wrote",
    reason: "misdirected",
    policy: withEdge(
      ["shop.example.com", "www.example.com"],
      "shop.example.com",
      "www.example.com",
    ),
    evidence: { forwardedHost: "www.example.com" as Hostname },
  },
  {
    given: "a hostname below a wildcard of the edge's, in a header that a visitor wrote",
    reason: "misdirected",
    policy: withEdge(["*.example.com"], "*.example.com"),
    evidence: { forwardedHost: "www.example.com" as Hostname },
  },
  {
    given: "a hostname of the edge's below a Worker's wildcard",
    reason: "misdirected",
    policy: withEdge(["*.example.com", "www.example.com"], "www.example.com"),
    evidence: { forwardedHost: "www.example.com" as Hostname },
  },
  {
    given: "a Worker's hostname beside one of the edge's, whose visitor may have written it",
    reason: "misdirected",
    policy: withEdge(["shop.example.com", "www.example.com"], "shop.example.com"),
    evidence: { forwardedHost: "www.example.com" as Hostname },
  },
  {
    given: "a hostname below a Worker's wildcard, beside one of the edge's",
    reason: "misdirected",
    policy: withEdge(["*.example.com", "www.example.com"], "www.example.com"),
    evidence: { forwardedHost: "a.example.com" as Hostname },
  },
];

/** Several, of which the edge presents for these. */
function withEdge(names: readonly [string, ...string[]], ...byEdge: readonly string[]): Policy {
  return {
    ...withHostnames(...names),
    levels: new Map(byEdge.map((name) => [name as HostPattern, "zone"])),
  };
}

function withHostnames(first: string, ...rest: readonly string[]): Policy {
  return { ...policy, hostnames: [first as HostPattern, ...(rest as readonly HostPattern[])] };
}

function judgeRow(row: Row) {
  const { policy: its = policy } = row;
  const shown = {
    ...evidence,
    certificate: { ...certificate, ...row.certificate },
    ...row.evidence,
  };
  return judge((sni) => (sni === SHOP ? its : undefined), shown);
}

describe("refuses", () => {
  test.each(rows)("$given: $reason", (row) => {
    const verdict = judgeRow(row);
    expect(verdict).toMatchObject({ verdict: "refused", reason: row.reason });
    expect(verdict).not.toMatchObject({ detail: "" });
  });
});

const accepted = (shown: Partial<Evidence>, its: Policy = policy) =>
  judge(() => its, { ...evidence, ...shown });

describe("accepts", () => {
  it("what is all as it must be, and says by what", () => {
    expect(accepted({})).toEqual({
      verdict: "accepted",
      hostname: "shop.example.com",
      originHostname: SHOP,
      fingerprint: fingerprint("a"),
    });
  });

  it("in its first and in its last millisecond", () => {
    const { notBefore, notAfter } = certificate;
    expect(accepted({ now: notBefore }).verdict).toBe("accepted");
    expect(accepted({ now: notAfter - 1 }).verdict).toBe("accepted");
  });

  it("each of several listed certificates", () => {
    const fingerprints = new Set([fingerprint("b"), fingerprint("a")]);
    const two: Policy = { ...policy, accepts: { by: "fingerprint", fingerprints } };
    expect(accepted({}, two).verdict).toBe("accepted");
  });

  it("an issued certificate of which one of several names is the one", () => {
    const shown = { certificate: { ...certificate, dnsNames: ["x.test", "shop.example.com"] } };
    expect(accepted(shown, issued).verdict).toBe("accepted");
  });

  it("any certificate that the shared CA signed, and none that another issuer did", () => {
    const shared: Policy = { ...policy, accepts: { by: "shared", alone: true } };
    const shown = { ...certificate, fingerprint: fingerprint("9"), dnsNames: [] };
    expect(accepted({ certificate: shown }, shared).verdict).toBe("accepted");
    const another = { ...shown, signers: new Set([OTHER]) };
    expect(accepted({ certificate: another }, shared)).toMatchObject({ reason: "wrong-issuer" });
    const nobodys = { ...shown, signers: new Set<never>() };
    expect(accepted({ certificate: nobodys }, shared)).toMatchObject({ reason: "unknown-issuer" });
    const late = { certificate: shown, now: certificate.notAfter };
    expect(accepted(late, shared)).toMatchObject({ reason: "certificate-expired" });
  });

  it("a good certificate from an accepted address", () => {
    expect(accepted({ remoteAddress: "203.0.113.1" }, fromElsewhere).verdict).toBe("accepted");
  });

  it("a good certificate with the secret", () => {
    expect(accepted({ secret: "right" }, withSecret).verdict).toBe("accepted");
  });

  it("a good certificate with a token that is taken", () => {
    expect(accepted({ token: "right" }, withToken).verdict).toBe("accepted");
  });

  it("an issued certificate never for want of names to ask for", () => {
    const nameless: Policy = { ...issued, accepts: { by: "issuer", names: new Set() } };
    expect(accepted({}, nameless)).toMatchObject({ reason: "name-not-accepted" });
  });

  it("a certificate that the issuer's list does not name, in the list's last millisecond", () => {
    const shown = {
      certificate: { ...certificate, revocation: new Map([[OWN, "good"]] as const) },
    };
    const until: Policy = { ...withList, revocationUntil: NOW + 1 };
    expect(accepted(shown, until).verdict).toBe("accepted");
  });

  it("whatever lists say, where the mapping names none", () => {
    const shown = {
      certificate: { ...certificate, revocation: new Map([[OWN, "revoked"]] as const) },
    };
    expect(accepted(shown).verdict).toBe("accepted");
  });

  it("one exact hostname, whatever X-Forwarded-Host says, and tells the application that one", () => {
    const shown = { forwardedHost: "blog.example.com" as Hostname };
    expect(accepted(shown)).toMatchObject({ hostname: "shop.example.com" });
  });

  it("one of two hostnames, and one below a wildcard, and tells the application which", () => {
    const shown = { forwardedHost: "www.example.com" as Hostname };
    const two = withHostnames("shop.example.com", "www.example.com");
    expect(accepted(shown, two)).toMatchObject({ hostname: "www.example.com" });
    expect(accepted(shown, withHostnames("*.example.com"))).toMatchObject({
      hostname: "www.example.com",
    });
  });

  it("the one hostname of the edge's", () => {
    const alone = withEdge(["shop.example.com"], "shop.example.com");
    expect(accepted({}, alone)).toMatchObject({ hostname: "shop.example.com" });
  });
});

describe("two things wrong are not better than one", () => {
  const wrongs = rows.filter(({ policy: own }) => own === undefined);

  test("whichever two, in whichever order", () => {
    for (const one of wrongs) {
      for (const other of wrongs) {
        const both = {
          given: "",
          reason: one.reason,
          evidence: { ...one.evidence, ...other.evidence },
          certificate: { ...one.certificate, ...other.certificate },
        };
        expect(judgeRow(both).verdict, `${one.given}, and ${other.given}`).toBe("refused");
      }
    }
  });

  test("and any number of them, one over the other", () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([...wrongs], { minLength: 1 }), (some) => {
        const shown = some.reduce<Evidence>(
          (all, { evidence: own }) => ({ ...all, ...own }),
          evidence,
        );
        const presented =
          shown.certificate === null
            ? null
            : some.reduce((all, { certificate: own }) => ({ ...all, ...own }), shown.certificate);
        const verdict = judge((sni) => (sni === SHOP ? policy : undefined), {
          ...shown,
          certificate: presented,
        });
        expect(verdict.verdict).toBe("refused");
      }),
    );
  });
});

function detail(row: Omit<Row, "given" | "reason">): string {
  const verdict = judgeRow({ given: "", reason: "misdirected", ...row });
  return verdict.verdict === "refused" ? verdict.detail : "accepted";
}

test("a refusal says to the operator what was wrong, and with what", () => {
  expect(detail({ evidence: { sni: null } })).toContain("(none)");
  expect(detail({ evidence: { authority: BLOG } })).toMatch(/origin-shop.*origin-blog/);
  expect(detail({ certificate: { notAfter: NOW } })).toContain("2027-01-15T12:00:00.000Z");
  expect(detail({ certificate: { notAfter: Number.NaN } })).toContain("unreadable");
  expect(detail({ certificate: { fingerprint: fingerprint("b") } })).toContain(fingerprint("b"));
  expect(detail({ evidence: { engine: notAuthorized } })).toBe("unable to verify");
  expect(detail({ policy: issued, certificate: { dnsNames: [] } })).toContain("shop.example.com");
  expect(detail({ policy: withHostnames("*.a.test") })).toContain("(none)");
  const signers = new Set([OTHER, "third" as typeof OTHER]);
  expect(detail({ evidence: { engine: notAuthorized }, certificate: { signers } })).toBe(
    "signed by other, third, not by own",
  );
  const names = new Set(["a.test", "b.test"]);
  const two: Policy = { ...issued, accepts: { by: "issuer", names } };
  expect(detail({ policy: two })).toContain("a.test or b.test");
  const strange = { engine: { ...notAuthorized, detail: "" } };
  expect(detail({ evidence: strange, certificate: { signers: new Set() } })).toMatch(/no issuer/);
});
