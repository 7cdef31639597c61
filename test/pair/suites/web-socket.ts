import { randomBytes } from "node:crypto";
import { once } from "node:events";
import type { ClientRequest, IncomingMessage } from "node:http";
import { describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { changeMapping, noLongerListed } from "../support/change-mapping.ts";
import { BLOG, BLOG_ORIGIN, SHOP, SHOP_ORIGIN } from "../support/names.ts";
import type { PairWorld } from "../support/pair-world.ts";

/** The status of the answer to one that is not opened. */
async function statusOf(socket: WebSocket): Promise<number> {
  const [request, response] = (await once(socket, "unexpected-response")) as [
    ClientRequest,
    IncomingMessage,
  ];
  request.destroy();
  return response.statusCode ?? 0;
}

/** WebSockets, through Worker and verifier: both ends see each other, and nobody is between them. */
export function webSockets(pair: PairWorld): void {
  const open = (hostname: string, headers: Readonly<Record<string, string>> = {}): WebSocket =>
    new WebSocket(`ws://127.0.0.1:${pair.world.ports.worker}/chat?room=1`, ["v2.chat"], {
      headers: { Host: hostname, ...headers },
    });

  /** Opens one, and gives the application's end of it too. */
  async function opened(): Promise<{ visitor: WebSocket; application: WebSocket }> {
    const taken = Promise.withResolvers<WebSocket>();
    pair.application.takeWebSocket = (socket) => taken.resolve(socket);
    const visitor = open(SHOP);
    await once(visitor, "open");
    return { visitor, application: await taken.promise };
  }

  describe("is not opened", () => {
    it("for a hostname that is not mapped: 421", async () => {
      expect(await statusOf(open("unmapped.example.com"))).toBe(421);
      expect(pair.application.seen).toEqual([]);
    });

    it("where the verifier refuses the pull: 502, like any other", async () => {
      const putBack = await changeMapping(pair.world, noLongerListed);
      expect(await statusOf(open(SHOP))).toBe(502);
      await putBack();
      expect(pair.application.seen).toEqual([]);
    });
  });

  it("carries texts, bytes, and a message of 1 MiB, in both directions", async () => {
    const visitor = open(SHOP);
    await once(visitor, "open");
    const long = randomBytes(1024 * 1024);
    for (const sent of ["text", "", "\u{1f510} ünï", Buffer.from([0, 255, 10, 13]), long]) {
      visitor.send(sent);
      const [received, binary] = (await once(visitor, "message")) as [Buffer, boolean];
      expect(binary).toBe(typeof sent !== "string");
      expect(Buffer.compare(received, Buffer.from(sent))).toBe(0);
    }
    visitor.terminate();
  });

  it("is a pull like any other to the application: its own certificate, nobody's claims", async () => {
    for (const [hostname, host, certificate] of [
      [SHOP, SHOP_ORIGIN, pair.shop],
      [BLOG, BLOG_ORIGIN, pair.blog],
    ] as const) {
      const visitor = open(hostname, { "X-Pull-Hostname": "claimed.example.com" });
      await once(visitor, "open");
      expect(pair.application.seen.at(-1)).toMatchObject({
        url: "/chat?room=1",
        headers: {
          host,
          "x-pull-hostname": hostname,
          "x-pull-fingerprint": certificate.fingerprint,
          "x-pull-verdict": "accepted",
          "sec-websocket-protocol": "v2.chat",
        },
      });
      visitor.terminate();
    }
  });

  it("is closed by the visitor with a code and a reason, which the application reads", async () => {
    const { visitor, application } = await opened();
    const both = Promise.all([once(application, "close"), once(visitor, "close")]);
    visitor.close(4001, "enough");
    const [[code, reason], [echoed]] = await both;
    expect([code, String(reason), echoed]).toEqual([4001, "enough", 4001]);
  });

  it("is closed by the application first, which the visitor reads", async () => {
    const { visitor, application } = await opened();
    const both = Promise.all([once(visitor, "close"), once(application, "close")]);
    application.close(4002, "good night");
    const [[code, reason], [echoed]] = await both;
    expect([code, String(reason), echoed]).toEqual([4002, "good night", 4002]);
  });

  it("ends for the application when the visitor leaves without a word", async () => {
    const { visitor, application } = await opened();
    const closed = once(application, "close");
    visitor.terminate();
    expect((await closed)[0]).toBe(1006);
  });

  it("ends for the visitor when the application dies", async () => {
    const { visitor, application } = await opened();
    const closed = once(visitor, "close");
    application.terminate();
    expect((await closed)[0]).toBe(1006);
  });
}
