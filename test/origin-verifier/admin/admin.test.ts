import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createAdmin } from "../../../origin-verifier/admin/create-admin.ts";
import { createMetrics } from "../../../origin-verifier/metrics/create-metrics.ts";
import { createObservations } from "../../../origin-verifier/observations/observations.ts";
import type { Hostname } from "../../../shared/hostname.ts";
import { acceptedPull, fingerprint, refusedPull } from "../../support/made-up-trust.ts";
import { ORIGIN, shopTrust, START, startAdmin, TOKEN, type AdminWorld } from "./admin-world.ts";

const listening = {
  event: "listening",
  listener: "origin",
  address: "127.0.0.1",
  port: 1,
  profile: "standard",
} as const;
const READ = ["/", "/status", "/metrics", "/events"] as const;
const FILES = ["/console.css", "/console.js", "/icon.svg"] as const;

const time = (seconds: number) => new Date(START + seconds * 1_000).toISOString();
const bearer = (token: string) => ({ headers: { Authorization: `Bearer ${token}` } });
const form = (token: string, headers: Record<string, string> = {}) => ({
  method: "POST",
  headers: { "Content-Type": "application/x-www-form-urlencoded", ...headers },
  body: new URLSearchParams({ token }).toString(),
});

describe("on this machine, without a token", () => {
  let admin: AdminWorld;
  beforeAll(async () => {
    admin = await startAdmin();
  });
  afterAll(() => admin.close());

  test("answers to no name that a web page could have led here, and on no path", async () => {
    for (const path of [...READ, ...FILES, "/livez", "/readyz", "/login"]) {
      const { status, body } = await admin.ask(path, { headers: { Host: "evil.example.com" } });
      expect([path, status, body]).toEqual([path, 421, "not here\n"]);
    }
  });

  test("changes nothing: no method but GET and HEAD", async () => {
    for (const method of ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND"]) {
      for (const path of ["/", "/status", "/login", "/livez"]) {
        const { status, headers } = await admin.ask(path, { method });
        expect([method, path, status, headers.allow]).toEqual([method, path, 405, "GET, HEAD"]);
      }
    }
  });

  test("has nothing else, and no way to a file", async () => {
    for (const path of [
      "/x",
      "/status/",
      "/console.css/",
      "//",
      "/../package.json",
      "/%2e%2e/x",
      "/assets/console.css",
      "/console%2ecss",
    ])
      expect([path, (await admin.ask(path)).status]).toEqual([path, 404]);
    expect((await admin.ask("http://evil.example.com/status")).status).toBe(404);
  });

  test("lets nothing run, load or frame but its own files, on every answer", async () => {
    const answers = [...READ.slice(0, 3), ...FILES, "/livez", "/readyz", "/x"];
    for (const path of answers) {
      const { headers } = await admin.ask(path);
      expect(headers["content-security-policy"]).toBe(
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
      );
      expect(headers).toMatchObject({
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
        "cache-control": "no-store",
        "cross-origin-resource-policy": "same-origin",
      });
      expect(headers["set-cookie"]).toBeUndefined();
      expect(headers["access-control-allow-origin"]).toBeUndefined();
    }
  });

  test("answers HEAD with the head of GET", async () => {
    for (const path of ["/", "/console.css", "/livez"]) {
      const [head, get] = [await admin.ask(path, { method: "HEAD" }), await admin.ask(path)];
      expect([head.status, head.body]).toEqual([200, ""]);
      expect(head.headers["content-type"]).toBe(get.headers["content-type"]);
      expect(Number(head.headers["content-length"])).toBe(Buffer.byteLength(get.body));
    }
  });

  test("is alive before it is ready, and ready until it stops", async () => {
    expect(await admin.ask("/livez")).toMatchObject({ status: 200, body: "alive\n" });
    expect(await admin.ask("/readyz")).toMatchObject({ status: 503 });
    admin.take(listening);
    expect(await admin.ask("/readyz")).toMatchObject({ status: 200, body: "ready\n" });
    admin.take({ event: "stopping" });
    expect(await admin.ask("/readyz")).toMatchObject({ status: 503 });
    expect(await admin.ask("/livez")).toMatchObject({ status: 200 });
  });

  test("ends a connection that says nothing, or what is no HTTP", async () => {
    for (const bytes of [
      "nonsense\r\n\r\n",
      "GET / HTTP/1.1\r\n\r\n",
      `GET /${"x".repeat(20_000)} HTTP/1.1\r\n\r\n`,
    ]) {
      const text = await new Promise<string>((resolve, reject) => {
        const socket = connect(admin.port, "127.0.0.1", () => socket.write(bytes));
        let said = "";
        socket.on("data", (chunk: Buffer) => (said += chunk.toString("latin1")));
        socket.on("error", reject);
        socket.on("close", () => resolve(said));
      });
      expect(text).toMatch(/^HTTP\/1\.1 4\d\d /);
    }
  });

  test("serves its page, its files and its metrics under their types", async () => {
    const types = await Promise.all(
      ["/", ...FILES, "/metrics", "/status"].map(
        async (path) => (await admin.ask(path)).headers["content-type"],
      ),
    );
    expect(types).toEqual([
      "text/html; charset=utf-8",
      "text/css; charset=utf-8",
      "text/javascript; charset=utf-8",
      "image/svg+xml",
      "text/plain; version=0.0.4; charset=utf-8",
      "application/json",
    ]);
    expect((await admin.ask("/metrics")).body).toContain("pullproof_build_info");
  });
});

describe("/status", () => {
  test("says what is in force, what was seen and since when", async () => {
    const admin = await startAdmin();
    admin.take({ event: "trust-swapped", generation: 1, warnings: [] });
    admin.take(listening);
    admin.clock.now += 1_000;
    admin.take(acceptedPull("shop.example.com", ORIGIN, fingerprint(1), START + 86_400_000));
    admin.clock.now += 1_000;
    admin.take(refusedPull("certificate-not-accepted", ORIGIN, fingerprint(3)));
    admin.take(refusedPull("misdirected", null));
    const problems = [{ file: "mapping.json", path: "hosts", message: "empty" }];
    admin.take({ event: "reload-failed", generation: 1, problems });
    const { body } = await admin.ask("/status");
    await admin.close();
    expect(JSON.parse(body)).toEqual({
      version: "1.2.3",
      ready: true,
      profile: "standard",
      watchingSince: time(0),
      now: time(2),
      generation: 1,
      mappingDigest: "ab".repeat(32),
      lastSwap: time(0),
      warnings: [],
      lastReloadFailure: { at: time(2), current: true, problems },
      hostnames: {
        "shop.example.com": {
          originHostname: ORIGIN,
          level: null,
          originHostnames: [ORIGIN],
          mode: "enforce",
          reportEnds: null,
          issuer: "own",
          shared: false,
          accepts: [fingerprint(1), fingerprint(2)],
          also: [],
          seen: [
            {
              fingerprint: fingerprint(3),
              firstSeen: time(2),
              lastSeen: time(2),
              pulls: 1,
              lastVerdict: "certificate-not-accepted",
              notAfter: null,
            },
            {
              fingerprint: fingerprint(1),
              firstSeen: time(1),
              lastSeen: time(1),
              pulls: 1,
              lastVerdict: "accepted",
              notAfter: time(86_400),
            },
          ],
          accepted: 1,
          lastAccepted: time(1),
          refused: { "certificate-not-accepted": { total: 1, lastHour: 1, last: time(2) } },
          reported: {},
        },
      },
      elsewhere: { refused: { misdirected: { total: 1, lastHour: 1, last: time(2) } } },
      certificates: [
        {
          kind: "pull",
          name: "shop.example.com",
          fingerprint: fingerprint(1),
          notAfter: time(86_400),
        },
        {
          kind: "origin",
          name: ORIGIN,
          fingerprint: fingerprint(9_000),
          notAfter: time(90 * 86_400),
        },
        {
          kind: "issuer",
          name: "own",
          fingerprint: fingerprint(9_001),
          notAfter: time(900 * 86_400),
        },
      ],
      revocationLists: [],
    });
  });
});

describe("with a token", () => {
  let admin: AdminWorld;
  beforeAll(async () => {
    const hosts = ["admin.example.com" as Hostname];
    admin = await startAdmin({ token: TOKEN, answeredHosts: { loopback: false, hosts } });
  });
  afterAll(() => admin.close());

  test("nothing is read without it, nor with another, and the page shows nothing of what it has", async () => {
    for (const more of [{}, bearer("wrong"), bearer(TOKEN.slice(0, -1)), bearer(`${TOKEN}x`)]) {
      for (const path of READ) {
        const { status, headers, body } = await admin.ask(path, more);
        expect([path, status]).toEqual([path, 401]);
        expect(headers["www-authenticate"]).toBe('Bearer realm="pullproof"');
        expect(body).not.toMatch(/shop\.example\.com|pullproof_|generation/);
        expect(body).not.toContain(TOKEN);
      }
    }
  });

  test("it counts in no other place: not in the address, nor as Basic, nor as a cookie", async () => {
    const basic = Buffer.from(`admin:${TOKEN}`).toString("base64");
    for (const [path, headers] of [
      [`/status?token=${TOKEN}`, {}],
      ["/status", { Authorization: `Basic ${basic}` }],
      ["/status", { Authorization: TOKEN }],
      ["/status", { Cookie: `pullproof-console=${TOKEN}` }],
    ] as const)
      expect((await admin.ask(path, { headers })).status).toBe(401);
  });

  test("everything is read with it", async () => {
    for (const path of READ.slice(0, 3))
      expect((await admin.ask(path, bearer(TOKEN))).status).toBe(200);
  });

  test("/livez, /readyz and the page's own files ask for none", async () => {
    for (const path of ["/livez", ...FILES]) expect((await admin.ask(path)).status).toBe(200);
    expect((await admin.ask("/readyz")).status).toBe(503);
  });

  test("the form refuses what is not the token, a form of another page, and what is no form", async () => {
    expect(await admin.ask("/login", form("wrong"))).toMatchObject({ status: 403 });
    expect(await admin.ask("/login", form(""))).toMatchObject({ status: 403 });
    const from = (origin: string) => form(TOKEN, { Origin: origin, Host: "admin.example.com" });
    for (const origin of [
      "http://evil.example.com",
      "null",
      "http://admin.example.com.evil.example",
    ])
      expect(await admin.ask("/login", from(origin))).toMatchObject({ status: 403 });
    const json = { "Content-Type": "application/json" };
    expect(await admin.ask("/login", form(TOKEN, json))).toMatchObject({ status: 415 });
    expect(await admin.ask("/login", form("x".repeat(100_000)))).toMatchObject({ status: 413 });
    expect(await admin.ask("/login", form(TOKEN, { Host: "evil.example.com" }))).toMatchObject({
      status: 421,
    });
  });

  test("the form lets a browser in with a cookie that is not the token", async () => {
    const answer = await admin.ask(
      "/login",
      form(TOKEN, { Origin: "http://admin.example.com:9464", Host: "admin.example.com:9464" }),
    );
    expect(answer).toMatchObject({ status: 303, headers: { location: "./" } });
    const [set = ""] = answer.headers["set-cookie"] ?? [];
    expect(set).not.toContain(TOKEN);
    expect(set).toMatch(/; Path=\/; HttpOnly; SameSite=Strict; Max-Age=\d+$/);
    const headers = { Cookie: set.split(";")[0] ?? "" };
    for (const path of READ.slice(0, 3))
      expect((await admin.ask(path, { headers })).status).toBe(200);
    admin.clock.now += 13 * 3_600_000;
    expect((await admin.ask("/status", { headers })).status).toBe(401);
  });

  test("a wrong token in the header is wrong, whatever the cookie says", async () => {
    const [set = ""] = (await admin.ask("/login", form(TOKEN))).headers["set-cookie"] ?? [];
    const headers = { Cookie: set.split(";")[0] ?? "", Authorization: "Bearer wrong" };
    expect((await admin.ask("/status", { headers })).status).toBe(401);
  });
});

test("reachable from elsewhere and without a token it is not made", () => {
  const trust = shopTrust();
  const sources = {
    trust: () => trust,
    observations: createObservations({ trust: () => trust, now: Date.now }),
    connections: () => 0,
    version: "1.2.3",
    now: Date.now,
  };
  expect(() =>
    createAdmin({
      ...sources,
      metrics: createMetrics(sources),
      profile: "standard",
      token: null,
      answeredHosts: { loopback: false, hosts: [] },
    }),
  ).toThrow(/token/);
});

test("what goes wrong in it is a 500 of its own, and it goes on", async () => {
  let broken = true;
  const trust = shopTrust();
  const admin = await startAdmin({
    trust: () => {
      if (broken) throw new Error("secret detail");
      return trust;
    },
  });
  const { status, body } = await admin.ask("/status");
  expect([status, body]).toEqual([500, "something went wrong here\n"]);
  broken = false;
  expect((await admin.ask("/status")).status).toBe(200);
  await admin.close();
});
