import { afterAll, afterEach, beforeAll, describe, expect, expectTypeOf, it, test } from "vitest";
import type { GuardedHandler } from "../../origin-verifier/application/guard.ts";
import type {
  AcceptedPull,
  JudgedPull,
  ReportedPull,
} from "../../origin-verifier/origin-verifier.ts";
import { startGuardWorld, type HttpWorld, webSocketHead } from "../support/http-world.ts";
import {
  attempt,
  BLOG,
  dial,
  exchange,
  plainMapping,
  SHOP,
  startVerifierWorld,
  statusOf,
  type Pki,
  type VerifierWorld,
} from "../support/verifier-world.ts";

const DAY = 86_400_000;
/** 00:00 UTC of a day that is two to three days ahead. */
const END = (Math.floor(Date.now() / DAY) + 3) * DAY;
const clock = { now: Date.now() };
const now = () => clock.now;
afterEach(() => {
  clock.now = Date.now();
});

/** Shop in report mode, blog enforcing. */
function mapping(pki: Pki, mode: unknown = { report: new Date(END).toISOString().slice(0, 10) }) {
  const plain = plainMapping(pki);
  Object.assign(plain.hosts["shop.example.com"]?.["accept"] as object, { mode });
  return plain;
}

const get = (host: string, ...lines: readonly string[]): string =>
  [`GET /page HTTP/1.1`, `Host: ${host}`, ...lines, "Connection: close", "", ""].join("\r\n");
const keep = `GET /page HTTP/1.1\r\nHost: ${SHOP}\r\n\r\n`;
const isAnswered = (text: string): boolean => text.includes("from the application");

for (const inProcess of [false, true]) {
  describe(`report mode ${inProcess ? "in process" : "as proxy"}`, () => {
    let world: VerifierWorld;
    beforeAll(async () => {
      world = await startVerifierWorld({ inProcess, mapping, now });
    });
    afterAll(() => world.close());

    it.each([
      ["a Host of another origin", get(BLOG), 421, "misdirected"],
      ["two Hosts", get(SHOP, `Host: ${SHOP}`), 400, "malformed-request"],
      [
        "two framings",
        get(SHOP, "Content-Length: 1", "Transfer-Encoding: chunked"),
        400,
        "malformed-request",
      ],
      ["a body on GET", get(SHOP, "Content-Length: 1"), 400, "body-not-allowed"],
      ["an Upgrade that is none", get(SHOP, "Upgrade: h2c"), 400, "malformed-request"],
      ["CONNECT", get(SHOP).replace("GET /page", `CONNECT ${SHOP}:443`), 405, "method-not-allowed"],
      ["another protocol", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505, "version-not-supported"],
    ])("refuses %s from somebody without a certificate", async (_, bytes, status, reason) => {
      const before = world.reached.length;
      expect(statusOf(await attempt(world, null, {}, bytes))).toBe(status);
      expect(await world.nextRefusal()).toMatchObject({ reason, status });
      expect(world.reached).toHaveLength(before);
    });

    it("is silent to outsiders under the name of an entry that enforces, whatever Host they ask for", async () => {
      for (const host of [BLOG, SHOP]) {
        for (const peer of [null, world.pki.stranger]) {
          expect(await attempt(world, peer, { servername: BLOG }, get(host))).toBe("");
          expect(await world.nextRefusal()).toMatchObject({ originHostname: BLOG, status: null });
        }
      }
      // Nor does its own certificate open it: it is blog's that is asked for.
      expect(statusOf(await attempt(world, world.pki.shop, { servername: BLOG }, get(BLOG)))).toBe(
        403,
      );
      expect(await world.nextRefusal()).toMatchObject({ reason: "certificate-not-accepted" });
    });

    for (const version of ["TLSv1.2", "TLSv1.3"] as const) {
      it.each([
        ["no certificate", null, "no-certificate"],
        ["a stranger's certificate", "stranger", "unknown-issuer"],
        ["a certificate of the other issuer", "other", "wrong-issuer"],
        ["blog's certificate", "blog", "certificate-not-accepted"],
      ] as const)(`lets %s through, marked (${version})`, async (_, whose, reason) => {
        const peer = whose === null ? null : world.pki[whose];
        const said = world.events.length;
        const only = { minVersion: version, maxVersion: version } as const;
        const lies = [
          "X-Pull-Verdict: accepted",
          "X-Pull-Fingerprint: sha256:00",
          "Client-Cert: :MIIB:",
          "X-Forwarded-For: 203.0.113.7",
          "X-Forwarded-Proto: https",
          "X-Forwarded-Host: shop.example.com",
          "CF-Connecting-IP: 203.0.113.7",
          "Forwarded: for=203.0.113.7",
          "Accept: text/html",
        ];
        const text = await attempt(world, peer, only, get(SHOP, ...lies));
        expect(statusOf(text)).toBe(200);
        const told = { ...world.reached.at(-1)?.headers };
        // Node's own, as proxy.
        delete told.connection;
        expect(told).toEqual({
          host: SHOP,
          accept: "text/html",
          "x-pull-hostname": "shop.example.com",
          "x-pull-verdict": `refused; reason=${reason}`,
        });
        const events = world.events.slice(said);
        expect(events.map(({ event }) => event)).toEqual(["pull-reported"]);
        expect(events[0]).toMatchObject({
          reason,
          hostname: "shop.example.com",
          originHostname: SHOP,
          fingerprint: peer?.fingerprint ?? null,
          detail: expect.stringMatching(/\w/),
        });
      });
    }

    it("accepts what enforce would accept, with all that an accepted pull may say", async () => {
      const bytes = get(SHOP, "X-Forwarded-For: 203.0.113.7");
      expect(statusOf(await attempt(world, world.pki.shop, {}, bytes))).toBe(200);
      expect(world.reached.at(-1)?.headers).toMatchObject({
        "x-forwarded-for": "203.0.113.7",
        "x-forwarded-host": "shop.example.com",
        "x-pull-fingerprint": world.pki.shop.fingerprint,
        "x-pull-verdict": "accepted",
      });
    });

    it("ends by itself in the millisecond of its day, on live connections too", async () => {
      clock.now = END - 1;
      const peers = [world.pki.stranger, null, world.pki.shop];
      const live = await Promise.all(peers.map((peer) => dial(world, peer)));
      for (const socket of live) {
        // One listener a request: `exchange` would end the connection.
        const answer = new Promise((done) => socket.once("data", done));
        socket.write(keep);
        expect(String(await answer)).toMatch(/^HTTP\/1\.1 200 /);
      }
      const before = world.reached.length;
      clock.now = END;
      const [stranger, nobody, shop] = live;
      const ends = [stranger, nobody].map(async (socket) =>
        statusOf(await exchange(socket as NonNullable<typeof socket>, keep)),
      );
      // Who has no certificate hears nothing, as everywhere under `silence`.
      expect(await Promise.all(ends)).toEqual([403, null]);
      expect(world.reached).toHaveLength(before);
      expect(statusOf(await exchange(shop as NonNullable<typeof shop>, keep, isAnswered))).toBe(
        200,
      );
      expect(await attempt(world, null, {}, get(SHOP))).toBe("");
    });

    it("ends with a reload that says enforce, and begins with one that says report", async () => {
      const socket = await dial(world, world.pki.blog);
      await world.writeMapping(mapping(world.pki, "enforce"));
      expect(await world.verifier.reload()).toMatchObject({ ok: true });
      expect(statusOf(await exchange(socket, keep))).toBe(403);
      expect(await attempt(world, null, {}, get(SHOP))).toBe("");
      await world.writeMapping(mapping(world.pki));
      expect(await world.verifier.reload()).toMatchObject({ ok: true });
      expect(statusOf(await attempt(world, null, {}, get(SHOP)))).toBe(200);
    });
  });
}

describe("what the handler of this process gets", () => {
  let world: HttpWorld | undefined;
  afterEach(() => world?.close());

  it("is the refusal and no proof, for requests and for WebSockets", async () => {
    const got: JudgedPull[] = [];
    world = await startGuardWorld(
      (_, response, pull) => {
        got.push(pull);
        response.end();
      },
      (_, socket, pull) => {
        got.push(pull);
        socket.destroy();
      },
      { mapping, now },
    );
    const peer = world.world.pki.blog;
    const upgrade = webSocketHead();
    for (const bytes of [get(SHOP), upgrade]) {
      const pull = await world.pull({ cert: peer.certificate, key: peer.key });
      pull.send(bytes);
      await pull.ended;
    }
    const reported = {
      verdict: "refused",
      reason: "certificate-not-accepted",
      hostname: "shop.example.com",
      originHostname: SHOP,
      reportUntil: END,
    };
    expect(got).toEqual([reported, reported]);
  });

  it("cannot be taken for an accepted pull by whoever does not look", () => {
    expectTypeOf<
      (request: never, response: never, pull: AcceptedPull) => void
    >().not.toExtend<GuardedHandler>();
    expectTypeOf<ReportedPull>().not.toExtend<AcceptedPull>();
    expectTypeOf<JudgedPull>().not.toHaveProperty("fingerprint");
  });
});

test("a day that is not in the calendar is no report mode", async () => {
  const broken = startVerifierWorld({ mapping: (pki) => mapping(pki, { report: "2027-02-30" }) });
  await expect(broken).rejects.toThrow(/no such day/);
});
