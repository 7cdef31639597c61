import { once, type EventEmitter } from "node:events";
import { afterEach, describe, expect, it } from "vitest";
import { WebSocket, WebSocketServer, type ClientOptions } from "ws";
import { open, type Conversation } from "../../support/conversation.ts";
import { head } from "../../support/http-world.ts";
import {
  attempt,
  plainMapping,
  SHOP,
  startVerifierWorld,
  statusOf,
  type VerifierWorld,
  type WorldOptions,
} from "../../support/verifier-world.ts";
import { FRAMEWORKS, type Mounted, type Seen } from "./frameworks.ts";

let world: VerifierWorld;
let mounted: Mounted;
const pulls: Conversation[] = [];

afterEach(async () => {
  for (const pull of pulls.splice(0)) pull.destroy();
  await mounted.close();
  await world.close();
});

/** What each framework makes of a pull that says `X-Forwarded-For: 203.0.113.7`. */
const DERIVED: Readonly<Record<string, (trustProxy: boolean) => object>> = {
  "node:http": () => ({}),
  "Express 5": forwarded,
  "Fastify 5": forwarded,
  "Hono on @hono/node-server": () => ({ url: `https://${SHOP}/seen` }),
};

function forwarded(trustProxy: boolean): object {
  return {
    ip: trustProxy ? "203.0.113.7" : "127.0.0.1",
    protocol: "https",
    hostname: trustProxy ? "shop.example.com" : SHOP,
  };
}

/** A WebSocket of a peer that goes straight to the verifier. */
function dialled(peer: VerifierWorld["pki"]["shop"]): WebSocket {
  return new WebSocket(`wss://127.0.0.1:${mounted.port}/socket`, {
    cert: peer.certificate,
    key: peer.key,
    servername: SHOP,
    headers: { host: SHOP },
    rejectUnauthorized: false,
  } as ClientOptions);
}

/** A peer's lies, in the writings that some application reads as one header. */
const LIES = [
  "X-Pull-Hostname",
  "x_pull_hostname",
  "X_PULL_VERDICT",
  "X-Pull-Verdict",
  "X-Pull.Fingerprint",
  "Client-Cert",
  "client_cert",
  "CLIENT_CERT_CHAIN",
  "Client-Cert-Chain",
  "X-Forwarded-Host",
  "X_Forwarded_Host",
  "X_Forwarded_For",
  "X_FORWARDED_PROTO",
  "X-Forwarded-Port",
  "X-Forwarded-Prefix",
  "Forwarded",
  "X-Real-IP",
  "x_real_ip",
  "X-Original-URL",
  "X-SSL-Client-S-DN",
  "CF_Connecting_IP",
];
const LIE = "blog.example.com";

async function ask(...lines: readonly string[]): Promise<Seen> {
  const { certificate: cert, key } = world.pki.shop;
  const pull = await open(mounted.port, { cert, key }, SHOP);
  pulls.push(pull);
  pull.send(head("GET /seen", ...lines));
  const [answer] = await pull.answered(1);
  expect(answer?.status).toBe(200);
  return JSON.parse(answer?.body ?? "") as Seen;
}

describe.each(Object.entries(FRAMEWORKS))("%s", (name, mount) => {
  async function start(trustProxy = false, options: WorldOptions = {}): Promise<void> {
    world = await startVerifierWorld(options);
    mounted = await mount(world.verifier, trustProxy);
  }

  it("gets nothing of a peer without a certificate, or with a stranger's", async () => {
    await start();
    for (const peer of [null, world.pki.stranger])
      expect(await attempt(mounted, peer, {}, head("GET /seen"))).toBe("");
    expect((await world.nextRefusal()).reason).toBe("no-certificate");
    expect((await world.nextRefusal()).reason).toBe("unknown-issuer");
  });

  it("gets nothing of another hostname's certificate, nor of another Host", async () => {
    await start();
    expect(statusOf(await attempt(mounted, world.pki.blog, {}, head("GET /seen")))).toBe(403);
    const elsewhere = "GET /seen HTTP/1.1\r\nHost: origin-blog.example.net\r\n\r\n";
    expect(statusOf(await attempt(mounted, world.pki.shop, {}, elsewhere))).toBe(421);
  });

  it("gets the accepted pull with its request", async () => {
    await start();
    expect((await ask()).pull).toEqual({
      verdict: "accepted",
      hostname: "shop.example.com",
      originHostname: SHOP,
      fingerprint: world.pki.shop.fingerprint,
    });
  });

  it("gets a refused pull in report mode, which has no fingerprint", async () => {
    await start(false, {
      mapping: (pki) => {
        const mapping = plainMapping(pki);
        const entry = mapping.hosts["shop.example.com"] as Record<string, object>;
        entry["accept"] = { ...entry["accept"], mode: { report: "2999-01-01" } };
        return mapping;
      },
    });
    const { certificate: cert, key } = world.pki.unlisted;
    const pull = await open(mounted.port, { cert, key }, SHOP);
    pulls.push(pull);
    pull.send(head("GET /seen"));
    const [answer] = await pull.answered(1);
    const { pull: judged, views } = JSON.parse(answer?.body ?? "") as Seen;
    expect(judged).toEqual({
      verdict: "refused",
      reason: "certificate-not-accepted",
      hostname: "shop.example.com",
      originHostname: SHOP,
      reportUntil: Date.parse("2999-01-01"),
    });
    expect(JSON.stringify(views)).not.toContain("sha256:");
  });

  describe.each([false, true])("with trust proxy %s", (trustProxy) => {
    it("shows nothing of a peer's lies in any view of the headers", async () => {
      await start(trustProxy);
      const { views, derived } = await ask(...LIES.map((lie) => `${lie}: ${LIE}`));
      expect(JSON.stringify({ views, derived })).not.toContain(LIE);
      const names = Object.values(views).flatMap((view) =>
        Array.isArray(view)
          ? view.flat().filter((_, at) => at % 2 === 0)
          : Object.keys(view as object),
      );
      expect(
        names.map((seen) => String(seen).toLowerCase()).filter((seen) => seen.includes("_")),
      ).toEqual([]);
    });

    it("derives who asked from an accepted pull alone", async () => {
      await start(trustProxy);
      const { derived } = await ask(
        "X-Forwarded-For: 203.0.113.7",
        "X-Forwarded-Proto: https",
        `X-Forwarded-Host: ${LIE}`,
      );
      expect(derived).toEqual(expect.objectContaining(DERIVED[name]?.(trustProxy) ?? {}));
    });
  });

  it("shows no trailers", async () => {
    await start();
    const { certificate: cert, key } = world.pki.shop;
    const pull = await open(mounted.port, { cert, key }, SHOP);
    pulls.push(pull);
    pull.send(
      `${head("DELETE /seen", "Transfer-Encoding: chunked")}0\r\nX-Pull-Hostname: ${LIE}\r\n\r\n`,
    );
    const [answer] = await pull.answered(1);
    expect(answer?.body).not.toContain(LIE);
  });

  it("survives a handler that fails, and goes on", async () => {
    await start();
    const answer = await attempt(
      mounted,
      world.pki.shop,
      {},
      head("GET /fails", "Connection: close"),
    );
    expect(statusOf(answer) ?? 500).toBe(500);
    expect((await ask()).pull.verdict).toBe("accepted");
  });

  it("is asked for a body only after the judgement", async () => {
    await start();
    const expecting = head("POST /nowhere", "Expect: 100-continue", "Content-Length: 1");
    expect(await attempt(mounted, world.pki.blog, {}, expecting)).toMatch(/^HTTP\/1\.1 403 /);
    const { certificate: cert, key } = world.pki.shop;
    const pull = await open(mounted.port, { cert, key }, SHOP);
    pulls.push(pull);
    pull.send(expecting);
    await pull.until((text) => text.startsWith("HTTP/1.1 100 Continue\r\n\r\n"));
  });

  it("sees no CONNECT", async () => {
    await start();
    for (const event of ["connect", "connection", "secureConnection", "checkContinue"])
      (mounted.server as EventEmitter).on(event, () => expect.unreachable());
    const connecting = `CONNECT ${SHOP}:443 HTTP/1.1\r\nHost: ${SHOP}\r\n\r\n`;
    expect(statusOf(await attempt(mounted, world.pki.shop, {}, connecting))).toBe(405);
  });

  describe("a WebSocket", () => {
    it("is opened after both locks, by a library that thinks it has Node's server", async () => {
      await start();
      const webSockets = new WebSocketServer({ server: mounted.server as never });
      webSockets.on("connection", (socket, request) => {
        socket.send(String(request.headers["x-pull-hostname"]));
      });
      const good = dialled(world.pki.shop);
      const [message] = (await once(good, "message")) as [Buffer];
      expect(message.toString()).toBe("shop.example.com");
      const bad = dialled(world.pki.blog);
      const [error] = (await once(bad, "error")) as [Error];
      expect(error.message).toContain("403");
      expect(webSockets.clients.size).toBe(1);
      good.terminate();
      webSockets.close();
    });

    it("is answered 400 where nobody takes it", async () => {
      await start();
      const [error] = (await once(dialled(world.pki.shop), "error")) as [Error];
      expect(error.message).toContain("400");
    });
  });
});
