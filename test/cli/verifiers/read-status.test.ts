import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it, test } from "vitest";
import type { VerifierStatus } from "../../../cli/observe/observed.ts";
import { parseStatus, readStatus } from "../../../cli/verifiers/read-status.ts";
import {
  mayCarryToken,
  parseVerifierUrl,
  type VerifierUrl,
} from "../../../cli/verifiers/verifier-url.ts";
import { ORIGIN, START, startAdmin, TOKEN } from "../../origin-verifier/admin/admin-world.ts";
import {
  acceptedPull,
  fingerprint,
  madeUpTrust,
  refusedPull,
  reportedPull,
  LISTENING,
} from "../../support/made-up-trust.ts";

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

const urlOf = (port: number, path = ""): VerifierUrl => {
  const url = parseVerifierUrl(`http://127.0.0.1:${port}${path}`);
  if (!url.ok) throw new Error(url.problems[0].message);
  return url.value;
};

async function answering(listener: RequestListener): Promise<number> {
  const server: Server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  ends.push(
    () => server.closeAllConnections(),
    () => server.close(),
  );
  return (server.address() as AddressInfo).port;
}

describe("the URL of a verifier", () => {
  it.each(["", "127.0.0.1:9464", "ftp://a.example", "/status", "https://"])("is not %j", (raw) => {
    expect(parseVerifierUrl(raw).ok).toBe(false);
  });
  it.each([
    "http://a:b@127.0.0.1:9464",
    "http://token@127.0.0.1",
    "http://h/?token=x",
    "http://h/#x",
  ])("has no credentials and no query: %s", (raw) => {
    expect(parseVerifierUrl(raw).ok).toBe(false);
  });
  it.each([
    ["http://127.0.0.1:9464", "http://127.0.0.1:9464/"],
    ["http://127.0.0.1:9464/status", "http://127.0.0.1:9464/"],
    ["https://ops.example.com/shop-verifier/", "https://ops.example.com/shop-verifier/"],
    ["HTTP://[::1]:9464", "http://[::1]:9464/"],
  ])("%s is read as %s", (raw, url) => {
    expect(parseVerifierUrl(raw)).toEqual({ ok: true, value: url });
  });
});

test.each([
  ["http://127.0.0.1:9464", true],
  ["http://127.9.9.9", true],
  ["http://[::1]:9464", true],
  ["http://localhost:9464", true],
  ["https://verifier.example.com", true],
  ["http://verifier.example.com", false],
  ["http://127.0.0.1.example.com", false],
  ["http://localhost.example.com", false],
  ["http://10.0.0.1:9464", false],
  ["http://[2001:db8::1]", false],
  ["http://0.0.0.0:9464", false],
])("a token may go to %s: %s", (raw, may) => {
  const url = parseVerifierUrl(raw);
  expect(url.ok && mayCarryToken(url.value)).toBe(may);
});

it("sends nothing at all where a token would go over plain http to another machine", async () => {
  // 192.0.2.1 is nobody's (RFC 5737): had anything been sent, this would wait for the deadline.
  const url = parseVerifierUrl("http://192.0.2.1:9464");
  const read = await readStatus((url.ok ? url.value : "") as VerifierUrl, TOKEN);
  expect(read).toMatchObject({ known: false, why: expect.stringMatching(/nothing was sent/) });
}, 2_000);

it("never follows a redirect, with a token or without one", async () => {
  const asked: string[] = [];
  const elsewhere = await answering((request, response) => {
    asked.push(request.headers.authorization ?? "");
    response.end("{}");
  });
  const port = await answering((_, response) => {
    response.writeHead(302, { location: `http://127.0.0.1:${elsewhere}/status` }).end();
  });
  for (const token of [TOKEN, null])
    expect(await readStatus(urlOf(port), token)).toMatchObject({
      known: false,
      why: "it redirects elsewhere",
    });
  expect(asked).toEqual([]);
});

it.each<readonly [string, RequestListener]>([
  ["not JSON", (_, response) => void response.end("<html>")],
  ["JSON of something else", (_, response) => void response.end('{"status":"ok"}')],
  ["an error", (_, response) => void response.writeHead(500).end()],
  ["a connection that ends", (request) => void request.socket.destroy()],
  [
    "an answer that ends in its middle",
    (_, response) => {
      response.writeHead(200, { "content-length": "1000" });
      response.write("{", () => response.destroy());
    },
  ],
])("takes %s for no status, and says what to do", async (_, listener) => {
  const read = await readStatus(urlOf(await answering(listener)), null);
  expect(read).toMatchObject({ known: false, next: expect.stringMatching(/\w/) });
});

it("says so where nobody answers", async () => {
  const port = await answering(() => {});
  for (const end of ends.splice(0)) await end();
  expect(await readStatus(urlOf(port), null)).toMatchObject({
    why: "it cannot be reached (ECONNREFUSED)",
  });
});

describe("of a verifier's own admin listener", () => {
  const reporting = madeUpTrust({
    [ORIGIN]: {
      hostnames: ["shop.example.com"],
      accepts: [fingerprint(1), fingerprint(2)],
      reportUntil: START + 86_400_000,
    },
    "origin-tenant.example.net": {
      hostnames: ["*.example.org"],
      accepts: { names: ["tenant.example.org"] },
    },
  });

  it("asks for the token, and takes none but the right one", async () => {
    const world = await startAdmin({ token: TOKEN });
    ends.push(world.close);
    expect(await readStatus(urlOf(world.port), null)).toMatchObject({ why: "it asks for a token" });
    expect(await readStatus(urlOf(world.port), "not-the-token-at-all")).toMatchObject({
      why: "it does not take this token",
    });
    expect(await readStatus(urlOf(world.port), TOKEN)).toMatchObject({ known: true });
  });

  it("reads what it accepts, what it has seen, and what report mode let through", async () => {
    const world = await startAdmin({ madeUp: reporting });
    ends.push(world.close);
    world.take(LISTENING);
    world.take(acceptedPull("shop.example.com", ORIGIN, fingerprint(1), START + 9_000));
    world.clock.now += 1_000;
    world.take(reportedPull("certificate-expired", "shop.example.com", ORIGIN, fingerprint(2)));
    world.take(reportedPull("no-certificate", "shop.example.com", ORIGIN));
    world.take(refusedPull("misdirected", ORIGIN));
    const read = await readStatus(urlOf(world.port), null);
    if (!read.known) throw new Error(read.why);
    // What a rotation is planned from.
    const observed: VerifierStatus = read.value;
    expect(observed).toMatchObject({
      now: START + 1_000,
      watchingSince: START,
      generation: 1,
      mappingDigest: "ab".repeat(32),
      reloadFailure: null,
      hostnames: {
        "shop.example.com": {
          accepts: [fingerprint(1), fingerprint(2)],
          seen: [
            { fingerprint: fingerprint(2), lastSeen: START + 1_000 },
            { fingerprint: fingerprint(1), lastSeen: START },
          ],
          mode: "report",
          reportEnds: START + 86_400_000,
          reported: {
            "certificate-expired": { total: 1, lastHour: 1 },
            "no-certificate": { total: 1, lastHour: 1 },
          },
        },
        "*.example.org": {
          accepts: { names: ["tenant.example.org"] },
          mode: "enforce",
          reportEnds: null,
        },
      },
    });
  });

  it("says why the last reload failed, on one line, and only while that is so", async () => {
    const world = await startAdmin();
    ends.push(world.close);
    const problems = [{ file: "mapping.json", path: "hosts", message: "a\u001b[2J\nb" }];
    world.take({ event: "reload-failed", generation: 1, problems });
    expect(await readStatus(urlOf(world.port), null)).toMatchObject({
      value: { reloadFailure: "mapping.json: hosts: a\\u001b[2J\\u000ab" },
    });
    world.take({ event: "trust-swapped", generation: 2, warnings: [] });
    expect(await readStatus(urlOf(world.port), null)).toMatchObject({
      value: { reloadFailure: null },
    });
  });

  it("is read from below a path too", async () => {
    const world = await startAdmin();
    ends.push(world.close);
    const port = await answering((request, response) => {
      if (request.url !== "/one/status") response.writeHead(404).end();
      else void world.ask("/status").then(({ body }) => response.end(body));
    });
    expect(await readStatus(urlOf(port, "/one"), null)).toMatchObject({ known: true });
  });
});

test.each([
  [
    "a fingerprint that is none",
    (status: Record<string, unknown>) =>
      (status["certificates"] = [
        { kind: "pull", name: "a", fingerprint: "sha256:ab", notAfter: "2030-01-01T00:00:00Z" },
      ]),
  ],
  ["a time that is none", (status: Record<string, unknown>) => (status["now"] = "soon")],
  [
    "control characters in a name",
    (status: Record<string, unknown>) => (status["version"] = "1\u001b[2J"),
  ],
  ["no hostnames", (status: Record<string, unknown>) => delete status["hostnames"]],
])("a status with %s is none", async (_, spoil) => {
  const world = await startAdmin();
  ends.push(world.close);
  const { body } = await world.ask("/status");
  expect(parseStatus(body)).toMatchObject({ known: true });
  const status = JSON.parse(body) as Record<string, unknown>;
  spoil(status);
  expect(parseStatus(JSON.stringify(status))).toMatchObject({ known: false });
});
