import { describe, expect, test } from "vitest";
import { judgeAddresses } from "../../../cli/doctor/judge-addresses.ts";
import { judgeGoodPull } from "../../../cli/doctor/judge-good-pull.ts";
import { judgeOriginCertificate } from "../../../cli/doctor/judge-origin-certificate.ts";
import { judgePlainOnTls, judgePort80 } from "../../../cli/doctor/judge-plain.ts";
import { EDGE_STATUSES, judgeThroughWorker } from "../../../cli/doctor/judge-through-worker.ts";
import { judgeWrongPull } from "../../../cli/doctor/judge-wrong-pull.ts";
import type { Answer, PullOutcome } from "../../../cli/probe/outcome.ts";
import { parseMapping } from "../../../shared/mapping.ts";
import type { Entry } from "../../../shared/mapping.ts";

const answer = (status: number, more: Partial<Answer> = {}): Answer => ({
  status,
  refusal: null,
  failed: null,
  server: null,
  throughCloudflare: false,
  ...more,
});
const outcome = (given: Answer | null, more: Partial<PullOutcome> = {}): PullOutcome => ({
  handshake: null,
  answer: given,
  error: given === null ? "ECONNRESET" : null,
  connected: true,
  milliseconds: 12.4,
  ...more,
});

function entry(present: object): Entry {
  const parsed = parseMapping({
    version: 1,
    issuers: { own: { certificates: "issuer.pem" } },
    hosts: {
      "shop.example.com": {
        origin: "https://origin-shop.example.net",
        present,
        accept: { issuer: "own", certificates: [`sha256:${"a".repeat(64)}`] },
      },
    },
  });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.value.entries[0];
}
const byWorker = entry({ by: "worker", binding: "PULL_CERT_SHOP" });
const [ORIGIN] = byWorker.origins;
const byEdge = entry({ by: "edge", level: "hostname" });

describe("a wrong pull", () => {
  test.each([200, 204, 301, 404, 500, 502])("is let through where it is answered %i", (status) => {
    const judged = judgeWrongPull("no-certificate", outcome(answer(status)), "enforce");
    expect(judged.verdict).toBe("problem");
  });

  test("is refused by silence, by the verifier's own answer, or by the status of another server", () => {
    const refusals = [
      outcome(null),
      outcome(answer(403, { refusal: "abcdefgh" })),
      outcome(answer(400, { server: "nginx" })),
    ];
    for (const one of refusals) {
      expect(judgeWrongPull("no-certificate", one, "enforce").verdict).toBe("good");
    }
  });

  test("says nothing good of an origin that cannot be reached", () => {
    const unreachable = outcome(null, { connected: false, error: "ECONNREFUSED" });
    expect(judgeWrongPull("no-certificate", unreachable, "enforce").verdict).toBe("problem");
  });

  test("may pass in report mode by its certificate, and never by its name", () => {
    const mode = { report: "2099-01-01" };
    const passed = outcome(answer(200));
    expect(judgeWrongPull("no-certificate", passed, mode).verdict).toBe("warning");
    expect(judgeWrongPull("another-host", passed, mode).verdict).toBe("problem");
    expect(judgeWrongPull("no-name", passed, mode).verdict).toBe("problem");
  });
});

describe("a good pull", () => {
  test.each<[string, PullOutcome]>([
    ["no connection", outcome(null, { connected: false })],
    ["no answer", outcome(null)],
    ["the verifier's refusal", outcome(answer(403, { refusal: "abcdefgh" }))],
    ["the verifier's word that the application is away", outcome(answer(502, { refusal: "abcd" }))],
  ])("is a problem where it gets %s", (_what, one) => {
    expect(judgeGoodPull(one, false).verdict).toBe("problem");
  });

  test("says little by a 403 where more is asked for than a certificate, and no less by anything else", () => {
    const refusedWith = (status: number) =>
      judgeGoodPull(outcome(answer(status, { refusal: "r3fus4l-id" })), true);
    expect(refusedWith(403).verdict).toBe("warning");
    expect(refusedWith(403).next).toContain("r3fus4l-id");
    for (const status of [421, 502]) expect(refusedWith(status).verdict).toBe("problem");
    expect(judgeGoodPull(outcome(null), true).verdict).toBe("problem");
  });

  test("names the id by which the verifier's log has the reason", () => {
    const { next } = judgeGoodPull(outcome(answer(403, { refusal: "r3fus4l-id" })), false);
    expect(next).toContain("r3fus4l-id");
  });

  test.each([400, 403, 421])(
    "is worth a look where it is answered %i by somebody else",
    (status) => {
      expect(judgeGoodPull(outcome(answer(status)), false).verdict).toBe("warning");
    },
  );

  test.each([200, 301, 404, 500])("is good where the application answers %i", (status) => {
    expect(judgeGoodPull(outcome(answer(status)), false).verdict).toBe("good");
  });
});

const at = (...addresses: string[]) => ({ addresses, aliases: [], error: null });

describe("an address", () => {
  test("of Cloudflare's own is where a Worker's binding gets 520", () => {
    expect(judgeAddresses(byWorker, ORIGIN, at("104.16.1.1"))).toMatchObject({
      verdict: "problem",
    });
    expect(judgeAddresses(byWorker, ORIGIN, at("192.0.2.1", "2606:4700::1")).verdict).toBe(
      "problem",
    );
    expect(judgeAddresses(byWorker, ORIGIN, at("192.0.2.1")).verdict).toBe("good");
  });

  test("of one's own is where the edge does not pull", () => {
    expect(judgeAddresses(byEdge, ORIGIN, at("192.0.2.1")).verdict).toBe("problem");
    expect(judgeAddresses(byEdge, ORIGIN, at("192.0.2.1", "104.16.1.1")).verdict).toBe("warning");
    expect(judgeAddresses(byEdge, ORIGIN, at("104.16.1.1", "2606:4700::1")).verdict).toBe("good");
  });

  test.each([byWorker, byEdge])("that is missing is a problem", (one) => {
    expect(judgeAddresses(one, ORIGIN, { ...at(), error: "ENOTFOUND" }).verdict).toBe("problem");
  });

  test.each([byWorker, byEdge])("behind a tunnel gets no certificate", (one) => {
    const resolved = { addresses: ["104.16.1.1"], aliases: ["x.cfargotunnel.com"], error: null };
    expect(judgeAddresses(one, ORIGIN, resolved).message).toContain("cfargotunnel");
  });
});

describe("an origin certificate", () => {
  const now = Date.UTC(2026, 10, 22);
  const rules = { now, customOriginTrust: false, namedIssuers: false };
  const certificate = (days: number, problem: string | null = null) => ({
    subject: "origin-shop.example.net",
    issuer: "Public CA",
    notAfter: now + days * 86_400_000,
    problem,
  });
  const untrusted = certificate(90, "UNABLE_TO_VERIFY_LEAF_SIGNATURE");

  test("that Cloudflare does not trust is 526 for a Worker", () => {
    expect(judgeOriginCertificate(byWorker, untrusted, rules).message).toContain("526");
    expect(judgeOriginCertificate(byWorker, untrusted, rules).verdict).toBe("problem");
  });

  test("may be trusted by the account's own store, or by the CA that was named", () => {
    const own = { ...rules, customOriginTrust: true };
    expect(judgeOriginCertificate(byWorker, untrusted, own).verdict).toBe("warning");
    const named = { ...rules, namedIssuers: true };
    expect(judgeOriginCertificate(byWorker, untrusted, named).verdict).toBe("warning");
  });

  test.each([
    [-1, "problem"],
    [29, "warning"],
    [30, "good"],
  ])("with %i days left is: %s", (days, verdict) => {
    expect(judgeOriginCertificate(byWorker, certificate(days), rules).verdict).toBe(verdict);
  });
});

const plain = (given: Answer | null, location: string | null = null) => ({
  connected: true,
  answer: given,
  location,
  error: given === null ? "ECONNRESET" : null,
});

describe("without TLS", () => {
  test("whatever answers on the port of TLS is let through, but for a server's 400", () => {
    expect(judgePlainOnTls(plain(answer(200))).verdict).toBe("problem");
    expect(judgePlainOnTls(plain(answer(301))).verdict).toBe("problem");
    expect(judgePlainOnTls(plain(answer(400))).verdict).toBe("good");
    expect(judgePlainOnTls(plain(null)).verdict).toBe("good");
  });

  test("port 80 is closed, or at most redirects to https", () => {
    expect(judgePort80(plain(answer(200))).verdict).toBe("problem");
    expect(judgePort80(plain(answer(301), "http://elsewhere/")).verdict).toBe("problem");
    expect(judgePort80(plain(answer(301), "https://shop.example.com/")).verdict).toBe("warning");
    expect(judgePort80({ ...plain(null), connected: false }).verdict).toBe("good");
  });
});

describe("a visitor", () => {
  test.each([...EDGE_STATUSES.keys(), 421])(
    "who is answered %i gets a reason and a way out",
    (status) => {
      expect(judgeThroughWorker({ answer: answer(status), error: null })).toMatchObject({
        verdict: "problem",
        next: expect.stringMatching(/./),
      });
    },
  );

  test("who sees the verifier's own answer goes past every Worker", () => {
    const past = answer(403, { refusal: "abcdefgh" });
    expect(judgeThroughWorker({ answer: past, error: null }).message).toContain("no Worker");
  });

  test("who is shown an id of the Worker's is told where to look it up", () => {
    const failed = answer(502, { failed: "w0rk3r-id" });
    expect(judgeThroughWorker({ answer: failed, error: null }).next).toContain("w0rk3r-id");
  });

  test("who is answered by the application is served", () => {
    expect(judgeThroughWorker({ answer: answer(200), error: null }).verdict).toBe("good");
    expect(judgeThroughWorker({ answer: answer(404), error: null }).verdict).toBe("good");
    expect(judgeThroughWorker({ answer: answer(500), error: null }).verdict).toBe("warning");
  });
});
