import { describe, expect, test } from "vitest";
import { edgeEntries } from "../../cli/edge-entries.ts";
import { listAttempts, type Attempt } from "../../cli/local-world/attempts.ts";
import { listEdgeAttempts } from "../../cli/local-world/edge-attempts.ts";
import type {
  LocalCertificate,
  LocalCertificates,
} from "../../cli/local-world/local-certificates.ts";
import { localMapping } from "../../cli/local-world/local-mapping.ts";
import type { Happened } from "../../cli/local-world/happened.ts";
import { matches } from "../../cli/local-world/run-attempts.ts";
import { parseFingerprint } from "../../shared/fingerprint.ts";
import type { RefusalReason } from "../../origin-verifier/judge/refusal.ts";
import type { Mapping } from "../../shared/mapping.ts";
import { parseMapping } from "../../shared/mapping.ts";
import { workerEntries } from "../../cli/worker-entries.ts";
import {
  ISSUED,
  LEVELS,
  mappingOf,
  ONE,
  ONE_ORIGIN,
  SHARED,
  TWO,
  TWO_ISSUERS,
} from "./support/mappings.ts";

function fake(digit: string, name = "x"): LocalCertificate {
  const fingerprint = parseFingerprint(`sha256:${digit.repeat(64)}`);
  if (fingerprint === null) throw new Error(digit);
  const paths = { certificate: `/local/${name}.pem`, key: `/local/${name}.key` };
  return { paths, certificate: "", key: "", fingerprint };
}

/** Certificates that only have fingerprints: 1 for the first binding, 2 for the second; a and on for the edge's. */
function certificatesOf(mapping: Mapping): LocalCertificates {
  const bindings = [...new Set(workerEntries(mapping).map(({ present }) => present.binding))];
  return {
    issuers: new Map([...mapping.issuers.keys()].map((name) => [name, fake("e", name)])),
    pull: new Map(bindings.map((name, index) => [name, fake(String(index + 1), name)])),
    edge: new Map(
      edgeEntries(mapping).map(({ hostname }, index) => [hostname, fake("abc".charAt(index))]),
    ),
    stranger: fake("f"),
    originIssuer: fake("d"),
    origins: new Map(),
  };
}

/** What is tried with a mapping, and what should come of it, a line each. */
function story(mapping: Mapping): readonly string[] {
  return listAttempts(mapping, certificatesOf(mapping)).map(lineOf);
}

/** The same of the two pictures of the edge. */
function pictures(mapping: Mapping): readonly string[] {
  return listEdgeAttempts(mapping, certificatesOf(mapping)).map(lineOf);
}

function lineOf({ tried, how, expected }: Attempt): string {
  return `${whereTo(how)}: ${tried}: ${should(expected)}`;
}

function whereTo(how: Attempt["how"]): string {
  switch (how.by) {
    case "visitor":
      return "Worker";
    case "stranger":
      return `${how.sni}/${how.authority}`;
    case "edge-visitor":
      return `edge, ${how.originPulls}`;
    case "outsider":
      return `${how.originHostname}, ${how.originPulls}`;
  }
}

function should(expected: Attempt["expected"]): string {
  switch (expected.verdict) {
    case "accepted":
      return `accepted ${expected.fingerprint.slice(7, 8)}${"level" in expected ? ` ${expected.level}` : ""}`;
    case "refused":
      return `${expected.reason} ${expected.answer ?? "nothing"}`;
    case "gets-through":
      return "gets through";
    case "from-cache":
      return "from cache";
    case "no-origin":
      return "no origin";
  }
}

const SHOP = "origin-shop.example.net/origin-shop.example.net";

describe("the attempts", () => {
  test("of two hostnames tell the whole story", () => {
    expect(story(TWO)).toEqual([
      "Worker: shop.example.com: accepted 1",
      "Worker: blog.example.com: accepted 2",
      "Worker: unmapped.example.com: unmapped 421",
      `${SHOP}: without a certificate: no-certificate nothing`,
      `${SHOP}: with the certificate of blog.example.com: certificate-not-accepted 403`,
      `${SHOP}: with a certificate of another issuer: unknown-issuer nothing`,
      "origin-shop.example.net/origin-blog.example.net: with Host: origin-blog.example.net: misdirected 421",
    ]);
  });

  test("of one hostname are fewer: there is nobody to mistake it for", () => {
    expect(story(ONE)).toEqual([
      "Worker: shop.example.com: accepted 1",
      "Worker: unmapped.example.com: unmapped 421",
      `${SHOP}: without a certificate: no-certificate nothing`,
      `${SHOP}: with a certificate of another issuer: unknown-issuer nothing`,
    ]);
  });

  test("of two issuers expect the other's to be the wrong one", () => {
    expect(story(TWO_ISSUERS)).toContain(
      `${SHOP}: with the certificate of blog.example.com: wrong-issuer 403`,
    );
  });

  test("of certificates by name ask a hostname that the wildcard covers", () => {
    const lines = story(ISSUED);
    expect(lines[0]).toBe("Worker: local.tenant.example.com: accepted 1");
    const tenant = "origin-tenant.example.net/origin-tenant.example.net";
    expect(lines).toContain(
      `${tenant}: with the certificate of blog.example.com: name-not-accepted 403`,
    );
  });

  test("do not expect a refusal where a name is good for both", () => {
    const names = ["shop.example.com", "blog.example.com"];
    const both = mappingOf({
      "shop.example.com": { origin: "https://a.example.net", binding: "A", names },
      "blog.example.com": {
        origin: "https://b.example.net",
        binding: "B",
        names: names.toReversed(),
      },
    });
    expect(story(both).filter((line) => line.includes("certificate of blog"))).toEqual([]);
  });

  test("of one origin do not take a second hostname of it for another", () => {
    expect(story(ONE_ORIGIN)).toHaveLength(4);
  });

  test("step aside where the wildcard's first choice is mapped by itself", () => {
    const wildcard = { origin: "https://a.example.net", binding: "A" };
    const exact = { origin: "https://b.example.net", binding: "B" };
    const mapping = mappingOf({ "*.example.com": wildcard, "local.example.com": exact });
    expect(story(mapping).slice(0, 3)).toEqual([
      "Worker: any.example.com: accepted 1",
      "Worker: local.example.com: accepted 2",
      "Worker: unmapped.invalid: unmapped 421",
    ]);
  });
});

describe("the pictures of the edge", () => {
  test("are none without an entry that it presents for", () => {
    expect(pictures(TWO)).toEqual([]);
  });

  test("are: off, and somebody past the edge gets through; on, and they do not", () => {
    const edge = "edge.example.com";
    expect(pictures(ONE_ORIGIN)).toEqual([
      `edge, off: ${edge}, through the edge: gets through`,
      `${edge}, off: an external device that knows the address: gets through`,
      `edge, on: ${edge}, through the edge: accepted a hostname`,
      `edge, on: ${edge}/cached, for the second time: from cache`,
      `${edge}, on: the device again, with the edge's headers copied: no-certificate nothing`,
      `${edge}, on: a visitor led there by a DNS-only record: no-certificate nothing`,
      "edge, on: its association is off (enabled: false): no-certificate 520",
      "edge, on: its association is removed (null): the zone's answers: certificate-not-accepted 403",
      "edge, on: SSL mode Flexible, and the origin's port 80 is open: gets through",
      "edge, on: SSL mode Flexible, and the origin's port 80 is closed: no origin",
    ]);
  });

  test("show each level once", () => {
    const lines = pictures(LEVELS).filter((line) => line.includes(", through the edge: accepted"));
    expect(lines).toEqual([
      "edge, on: docs.example.com, through the edge: accepted a hostname",
      "edge, on: wiki.example.com, through the edge: accepted b zone",
    ]);
  });

  test("are none of a wildcard, or of two hostnames of one origin: nobody says whose the pull is", () => {
    const origin = "https://edge.example.com";
    expect(pictures(mappingOf({ "*.example.com": { origin } }))).toEqual([]);
    const two = { "a.example.com": { origin }, "b.example.com": { origin } };
    expect(pictures(mappingOf(two))).toEqual([]);
  });
});

function no(reason: RefusalReason | "unmapped", answer: number | null): Happened {
  return { verdict: "refused", reason, answer, detail: "" };
}

describe("a row is as it should be", () => {
  const [accepted, , unmapped, silent, refused] = listAttempts(TWO, certificatesOf(TWO)).map(
    ({ expected }) => expected,
  );
  const through = { verdict: "gets-through", answer: 200 } as const;
  const good: Happened = {
    verdict: "accepted",
    answer: 200,
    hostname: "shop.example.com",
    fingerprint: `sha256:${"1".repeat(64)}`,
  };
  test.each([
    ["the right certificate, seen by the application", accepted, good, true],
    ["another certificate", accepted, { ...good, fingerprint: `sha256:${"2".repeat(64)}` }, false],
    ["no certificate that was seen", accepted, { ...good, fingerprint: null }, false],
    ["another hostname", accepted, { ...good, hostname: "blog.example.com" }, false],
    ["another status", accepted, { ...good, answer: 404 }, false],
    ["a refusal", accepted, no("unknown-issuer", null), false],
    ["the right reason, and silence", silent, no("no-certificate", null), true],
    ["the right reason, but an answer", silent, no("no-certificate", 403), false],
    ["silence for another reason", silent, no("unknown-issuer", null), false],
    ["an accepted pull", silent, good, false],
    ["something unclear", silent, { verdict: "unclear", answer: null, detail: "" }, false],
    ["a pull that got through", silent, { verdict: "gets-through", answer: 200 }, false],
    [
      "a pull that got through in its place",
      accepted,
      { verdict: "gets-through", answer: 200 },
      false,
    ],
    ["what gets through", through, { verdict: "gets-through", answer: 200 }, true],
    [
      "what gets through, with another status",
      through,
      { verdict: "gets-through", answer: 404 },
      false,
    ],
    ["an accepted pull where nobody should have asked", through, good, false],
    ["a refusal where it should get through", through, no("no-certificate", null), false],
    ["a refusal of the Worker's", unmapped, no("unmapped", 421), true],
    ["a refusal of the Worker's with another status", unmapped, no("unmapped", 404), false],
    ["a refusal for another reason", refused, no("no-certificate", 403), false],
  ] as const)("with %s: %s", (_what, expected, happened, is) => {
    if (expected === undefined) throw new Error("no such attempt");
    expect(matches(expected, happened)).toBe(is);
  });
});

describe("the local mapping", () => {
  test("is the given one with throwaway issuers and fingerprints, and it parses", () => {
    const local = localMapping(TWO, certificatesOf(TWO));
    const parsed = parseMapping(JSON.parse(JSON.stringify(local)));
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
    expect([...parsed.value.issuers.values()].map(({ certificates }) => certificates)).toEqual([
      "own.pem",
    ]);
    expect(
      parsed.value.entries.map(({ hostname, accept }) => [hostname, accept.certificates]),
    ).toEqual([
      ["shop.example.com", [`sha256:${"1".repeat(64)}`]],
      ["blog.example.com", [`sha256:${"2".repeat(64)}`]],
    ]);
  });

  test("accepts what the edge presents, and both hostnames' certificates at one origin", () => {
    const local = localMapping(ONE_ORIGIN, certificatesOf(ONE_ORIGIN));
    const parsed = parseMapping(JSON.parse(JSON.stringify(local)));
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
    const both = ["1", "2"].map((digit) => `sha256:${digit.repeat(64)}`);
    expect(
      parsed.value.entries.map(({ hostname, accept }) => [hostname, accept.certificates]),
    ).toEqual([
      ["shop.example.com", both],
      ["www.example.com", both],
      ["edge.example.com", [`sha256:${"a".repeat(64)}`]],
    ]);
  });

  test("accepts a throwaway certificate in the place of the shared one, which nobody here has", () => {
    const local = localMapping(SHARED, certificatesOf(SHARED));
    const parsed = parseMapping(JSON.parse(JSON.stringify(local)));
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
    expect([...parsed.value.issuers.values()].map(({ shared }) => shared)).toEqual([false, false]);
    expect(parsed.value.entries[1]?.accept).toMatchObject({
      issuer: "cloudflare",
      certificates: [`sha256:${"a".repeat(64)}`],
    });
  });

  test('keeps the names that "issued" accepts, and always enforces', () => {
    const entries = ISSUED.entries.map((entry) => ({
      ...entry,
      accept: { ...entry.accept, mode: { report: "2030-01-01" } },
    }));
    const reporting = { ...ISSUED, entries: entries as unknown as Mapping["entries"] };
    const local = localMapping(reporting, certificatesOf(ISSUED));
    const parsed = parseMapping(JSON.parse(JSON.stringify(local)));
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
    expect(parsed.value.entries.map(({ accept }) => accept)).toMatchObject([
      { certificates: "issued", names: ["tenant.example.com"], mode: "enforce" },
      { certificates: "issued", names: ["blog.example.com"], mode: "enforce" },
    ]);
  });
});
