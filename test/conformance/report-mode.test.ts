import { resolve } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { mintCa } from "../support/certificates.ts";
import { freshKeys } from "../support/keys.ts";
import { startRawApplication } from "../support/raw-application.ts";
import { values } from "../support/strict-reader.ts";
import { WEB_SOCKET_ACCEPT, webSocketHead } from "./http-pull.ts";
import { oddCertificates } from "./support/odd-certificates.ts";
import { NO_OPENSSL } from "./support/openssl.ts";
import { BLOG, makePki, mappingOf, SHOP, type Pki } from "./support/pki.ts";
import type { LogLine } from "./support/process-under-test.ts";
import {
  answered,
  attempt,
  dial,
  exchange,
  get,
  keepGet,
  statuses,
  TLS_VERSIONS,
  type Exchange,
  type PeerCertificate,
} from "./support/pull.ts";
import { keepSession } from "./support/session-probe.ts";
import { waitFor } from "./support/wait-for.ts";
import { FORMS, startWorld, type World, type WorldOptions } from "./support/world.ts";

const DAY = 86_400_000;
const HOUR = 3_600_000;
/** 00:00 UTC of a day that is more than a week ahead, and not so far that a certificate ends before it. */
const END = (Math.floor(Date.now() / DAY) + 9) * DAY;
const UNTIL = { report: new Date(END).toISOString().slice(0, 10) };

const pki = makePki();
const rsa = mintCa({ subject: "own, RSA", keys: freshKeys("rsa-2048") });
const odds = oddCertificates({ ec: pki.issuer, rsa, other: pki.otherIssuer });

/** Shop in report mode, blog enforcing. */
const mapping = ({ shop }: Pki, mode: "enforce" | typeof UNTIL = UNTIL) =>
  mappingOf(pki, { shop: { certificates: [shop.fingerprint], mode } });
/** The same with a second hostname at shop's origin. */
const twoHostnames = (its: Pki) => {
  const written = mapping(its);
  const { hosts } = written;
  return { ...written, hosts: { ...hosts, "www.example.com": hosts["shop.example.com"] } };
};

/** A machine whose clock says something else. */
const clockAt = (at: number, later = at): WorldOptions => ({
  nodeOptions: ["--import", resolve(import.meta.dirname, "support/set-clock.ts")],
  environment: { CLOCK: String(at), CLOCK_LATER: String(later) },
});

/** What is logged of the pull that this makes: ports come again, so only what comes after it began. */
async function logged(
  world: World,
  pull: Promise<Exchange>,
): Promise<Exchange & { line: LogLine }> {
  const after = world.lines.length;
  const ended = await pull;
  const line = await world.line(
    `about the pull from port ${ended.localPort}`,
    ({ event, remotePort }) => event.startsWith("pull-re") && remotePort === ended.localPort,
    after,
  );
  return { ...ended, line };
}

for (const form of FORMS) {
  describe(`the verifier ${form}, with shop in report mode`, () => {
    let world: World;
    beforeAll(async () => {
      // Each of them is in the list, so that nothing is wrong with it but what it is.
      const certificates = [...odds.map(({ peer }) => peer), pki.shop].map(
        (one) => one.fingerprint,
      );
      world = await startWorld({
        form,
        pki,
        mapping: () => mappingOf(pki, { shop: { certificates, mode: UNTIL } }),
        files: { "issuer.pem": `${pki.issuer.pem}${rsa.pem}` },
      });
    });
    afterAll(() => world.close());

    const refused: readonly (readonly [string, string, number, string])[] = [
      ["another Host than its SNI", get(BLOG), 421, "misdirected"],
      ["two Hosts", get(SHOP, `Host: ${SHOP}\r\n`), 400, "malformed-request"],
      [
        "two framings",
        get(SHOP, "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n"),
        400,
        "malformed-request",
      ],
      ["a body on GET", get(SHOP, "Content-Length: 1\r\n"), 400, "body-not-allowed"],
      ["an Upgrade that is no WebSocket", get(SHOP, "Upgrade: h2c\r\n"), 400, "malformed-request"],
      ["a target in absolute-form", get(SHOP, "", `https://${SHOP}/`), 400, "malformed-request"],
      ["TRACE", get(SHOP).replace("GET", "TRACE"), 405, "method-not-allowed"],
      ["HTTP/1.0", get(SHOP).replace("HTTP/1.1", "HTTP/1.0"), 505, "version-not-supported"],
    ];
    for (const [what, bytes, status, reason] of refused) {
      it(`P71: refuses ${what}, from whoever it comes`, async () => {
        const before = world.reached().length;
        for (const version of TLS_VERSIONS) {
          for (const peer of [null, pki.stranger, pki.blog]) {
            const { text, line } = await logged(world, attempt(world, peer, bytes, { version }));
            expect(statuses(text)).toEqual([status]);
            expect(line).toMatchObject({ event: "pull-refused", reason, status });
          }
        }
        expect(world.reached()).toHaveLength(before);
      });
    }

    it("P71: is silent to outsiders, and closed to shop's certificate, at a hostname that enforces", async () => {
      const before = world.reached().length;
      for (const version of TLS_VERSIONS) {
        for (const host of [BLOG, SHOP]) {
          for (const peer of [null, pki.stranger]) {
            const only = { version, servername: BLOG };
            const { text, line } = await logged(world, attempt(world, peer, get(host), only));
            expect(text).toBe("");
            expect(line).toMatchObject({ event: "pull-refused", originHostname: BLOG });
          }
        }
        const ended = await attempt(world, pki.shop, get(BLOG), { version, servername: BLOG });
        expect(statuses(ended.text)).toEqual([403]);
      }
      expect(world.reached()).toHaveLength(before);
    });

    it.skipIf(NO_OPENSSL)("P71: resumes no session, with or without a certificate", async () => {
      for (const version of TLS_VERSIONS) {
        for (const certificate of [pki.shop, null]) {
          const shop = { port: world.port, name: SHOP, certificate };
          const session = await keepSession(version, shop);
          expect((await session.offer(shop)).resumed).toBe(false);
          expect((await session.offer({ ...shop, name: BLOG })).resumed).toBe(false);
          await session.remove();
        }
      }
    });

    const outsiders: readonly (readonly [string, PeerCertificate | null, string])[] = [
      ["no certificate", null, "no-certificate"],
      ["a stranger's certificate", pki.stranger, "unknown-issuer"],
      ["a certificate of the other issuer", pki.other, "wrong-issuer"],
      ["blog's certificate", pki.blog, "certificate-not-accepted"],
    ];
    for (const [what, peer, reason] of outsiders) {
      it(`P70: lets ${what} through, marked, with nothing of who sent it, and says so in its log`, async () => {
        const lies = [
          "X-Pull-Verdict: accepted",
          "x_pull_verdict: accepted",
          `X-Pull-Fingerprint: ${pki.shop.fingerprint}`,
          "Client-Cert: :MIIB:",
          "X-Forwarded-Client-Cert: Hash=0",
          "Forwarded: for=203.0.113.7",
          "X-Forwarded-For: 203.0.113.7",
          "X-Forwarded-Proto: https",
          "X-Forwarded-Host: shop.example.com",
          "CF-Connecting-IP: 203.0.113.7",
          "Accept: text/html",
        ];
        for (const version of TLS_VERSIONS) {
          const bytes = get(SHOP, `${lies.join("\r\n")}\r\n`);
          const { text, line } = await logged(world, attempt(world, peer, bytes, { version }));
          expect(statuses(text)).toEqual([200]);
          const told = { ...world.reached().at(-1)?.headers };
          delete told.connection;
          expect(told).toEqual({
            host: SHOP,
            accept: "text/html",
            "x-pull-hostname": "shop.example.com",
            "x-pull-verdict": `refused; reason=${reason}`,
          });
          expect(line).toMatchObject({
            event: "pull-reported",
            reason,
            hostname: "shop.example.com",
            originHostname: SHOP,
            detail: expect.stringMatching(/\w/) as string,
          });
        }
      });
    }

    it("P70: lets a certificate of any other fault through, where the engine's handshake comes to its end with it", async () => {
      let through = 0;
      for (const { what, peer, reasons } of odds) {
        for (const version of TLS_VERSIONS) {
          const before = world.reached().length;
          const ended = await attempt(world, peer, get(SHOP), { version });
          const last = world.reached().at(-1)?.headers["x-pull-verdict"];
          const reached = world.reached().length - before;
          const reason = /^refused; reason=(.*)$/.exec(String(last))?.[1];
          const became = reached === 0 ? "handshake-failed" : reason;
          expect([what, reasons.includes(became ?? "")]).toEqual([what, true]);
          expect([what, statuses(ended.text)]).toEqual([what, reached === 0 ? [] : [200]]);
          through += reached;
        }
      }
      expect(through).toBeGreaterThan(odds.length);
    });

    it("P72: accepts what enforce accepts, and tells the application no less of it", async () => {
      for (const version of TLS_VERSIONS) {
        const bytes = get(SHOP, "X-Forwarded-For: 203.0.113.7\r\n");
        const { text } = await attempt(world, pki.shop, bytes, { version });
        expect(statuses(text)).toEqual([200]);
        expect(world.reached().at(-1)?.headers).toMatchObject({
          "x-forwarded-for": "203.0.113.7",
          "x-forwarded-host": "shop.example.com",
          "x-pull-fingerprint": pki.shop.fingerprint,
          "x-pull-verdict": "accepted",
        });
      }
    });
  });

  describe(`the verifier ${form}`, () => {
    let world: World;
    afterEach(() => world.close());

    it("P71: lets nobody choose a hostname that is not one of this origin's", async () => {
      world = await startWorld({ form, pki, mapping: twoHostnames });
      for (const asked of [
        "",
        "X-Forwarded-Host: blog.example.com\r\n",
        "X-Forwarded-Host: -\r\n",
      ]) {
        const { text, line } = await logged(world, attempt(world, null, get(SHOP, asked)));
        expect(statuses(text)).toEqual([421]);
        expect(line).toMatchObject({ event: "pull-refused", reason: "misdirected" });
      }
      expect(world.reached()).toEqual([]);
      const { text } = await attempt(
        world,
        null,
        get(SHOP, "X-Forwarded-Host: www.example.com\r\n"),
      );
      expect(statuses(text)).toEqual([200]);
      const headers = world.reached()[0]?.headers;
      expect(headers?.["x-pull-hostname"]).toBe("www.example.com");
      expect(headers?.["x-forwarded-host"]).toBeUndefined();
    });

    it("P73: enforces from the first millisecond of its day, on connections that it let in before", async () => {
      world = await startWorld({ form, pki, mapping, ...clockAt(END - 5 * 60_000, END) });
      const peers = [pki.stranger, pki.blog, null, pki.shop];
      const live = await Promise.all(
        peers.flatMap((peer) => TLS_VERSIONS.map((version) => dial(world, peer, { version }))),
      );
      for (const socket of live)
        expect(answered((await exchange(socket, keepGet(SHOP), answered)).text)).toBe(true);
      const before = world.reached().length;
      world.signal("SIGUSR2");
      await world.line("clock-set", ({ event }) => event === "clock-set");
      const became = await Promise.all(
        live.map(async (socket) =>
          statuses((await exchange(socket, keepGet(SHOP), answered)).text).join(" "),
        ),
      );
      // Who has no certificate hears nothing, as everywhere.
      expect(became).toEqual(["403", "403", "403", "403", "", "", "200", "200"]);
      expect(world.reached()).toHaveLength(before + 2);
      expect((await attempt(world, null, get(SHOP))).text).toBe("");
      for (const socket of live) socket.destroy();
    });

    it("P73: enforces after a reload that says so, on connections that it let in before", async () => {
      world = await startWorld({ form, pki, mapping });
      const socket = await dial(world, pki.blog);
      expect(answered((await exchange(socket, keepGet(SHOP), answered)).text)).toBe(true);
      await world.writeMapping(mapping(pki, "enforce"));
      expect(await world.reload()).toMatchObject({ event: "trust-swapped" });
      expect(statuses((await exchange(socket, keepGet(SHOP))).text)).toEqual([403]);
      expect((await attempt(world, null, get(SHOP))).text).toBe("");
    });

    it("P73: starts enforcing where the day has passed, and warns of it", async () => {
      world = await startWorld({ form, pki, mapping, ...clockAt(END + HOUR) });
      expect((await attempt(world, null, get(SHOP))).text).toBe("");
      expect(world.reached()).toEqual([]);
      const swapped = await world.line("the trust", ({ event }) => event === "trust-swapped");
      expect(swapped["warnings"]).toEqual([
        expect.stringMatching(/^report mode of shop\.example\.com ended on /),
      ]);
    });

    it.each([
      ["a week", 7 * DAY, { event: "report-ends", left: "7 days" }],
      ["a day", DAY, { event: "report-ends", left: "1 day" }],
      ["an hour", HOUR, { event: "report-ends", left: "1 hour" }],
      ["no time", 0, { event: "report-ended" }],
    ])("P74: says once when %s is left", async (_, ahead, said) => {
      world = await startWorld({ form, pki, mapping, ...clockAt(END - ahead - 1_500) });
      const line = await world.line("the end", ({ event }) => event.startsWith("report-e"));
      expect(line).toMatchObject({
        ...said,
        hostnames: ["shop.example.com"],
        originHostname: SHOP,
        until: new Date(END).toISOString(),
      });
      // A whole pull later it is still the only one.
      expect(statuses((await attempt(world, pki.shop, get(SHOP))).text)).toEqual([200]);
      expect(world.lines.filter(({ event }) => event.startsWith("report-e"))).toHaveLength(1);
    });

    it.each([
      ["ends within a week", END - 6.5 * DAY, UNTIL, /ends on .*, in 6 days/],
      ["lasts for years", Date.now(), { report: "9999-12-31" }, /more than a year ahead/],
    ])("P74: warns at the start where it %s", async (_, at, until, warning) => {
      world = await startWorld({
        form,
        pki,
        mapping: (its) => mapping(its, until),
        ...clockAt(at),
      });
      const swapped = await world.line("the trust", ({ event }) => event === "trust-swapped");
      expect(swapped["warnings"]).toEqual([expect.stringMatching(warning)]);
    });
  });
}

describe("P70: a WebSocket from somebody without a certificate", () => {
  it("is joined as proxy, marked, with nothing of who sent it", async () => {
    const application = await startRawApplication((_, { socket }) => {
      socket.write(
        `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: ${WEB_SOCKET_ACCEPT}\r\n\r\nfirst`,
      );
    });
    const world = await startWorld({ pki, mapping, applicationPort: application.port });
    try {
      const socket = await dial(world, null);
      const { text } = await exchange(
        socket,
        webSocketHead("/socket", "X-Forwarded-For: 203.0.113.7", "X-Pull-Verdict: accepted"),
        (said) => said.endsWith("first"),
      );
      expect(statuses(text)).toEqual([101]);
      const told = application.requests()[0]?.headers ?? [];
      expect(values(told, "x-pull-verdict")).toEqual(["refused; reason=no-certificate"]);
      expect(values(told, "x-forwarded-for")).toEqual([]);
      expect(values(told, "x-pull-fingerprint")).toEqual([]);
      socket.destroy();
    } finally {
      await world.close();
      await application.close();
    }
  });

  it("reaches the handler in process with its refusal, and with no proof", async () => {
    const world = await startWorld({ form: "in process", pki, mapping });
    try {
      expect(statuses((await attempt(world, null, webSocketHead("/socket"))).text)).toEqual([101]);
      const reached = await waitFor("the handler", () => world.reached()[0] ?? null);
      expect(reached).toHaveProperty("pull", {
        verdict: "refused",
        reason: "no-certificate",
        hostname: "shop.example.com",
        originHostname: SHOP,
        reportUntil: END,
      });
    } finally {
      await world.close();
    }
  });
});
