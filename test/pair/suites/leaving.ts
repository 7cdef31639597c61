import { once } from "node:events";
import type { RequestListener } from "node:http";
import { connect, type Socket } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startGatewayWorker, type GatewayWorker } from "../../local-mtls/support/gateway-worker.ts";
import { SHOP } from "../support/names.ts";
import type { PairWorld } from "../support/pair-world.ts";

/** A visitor with a plain socket, who can leave at any moment: with a reset, as a closed tab does. */
async function visitor(port: number | string, head: string): Promise<Socket> {
  const socket = connect(Number(port), "127.0.0.1");
  await once(socket, "connect");
  socket.write(`${head}\r\n\r\n`.replace("\r\n", ` HTTP/1.1\r\nHost: ${SHOP}\r\n`));
  return socket;
}

/** How the two ends of a pull part: the visitor first, from whatever the application is doing. */
export function leaving(pair: PairWorld): void {
  // The proxy that `wrangler dev` has in front of the Worker does not tell it when a visitor leaves a silent origin. So
  // here the visitor's connection ends in the runtime itself, as it does in service: the same gateway, the same verifier.
  let worker: GatewayWorker;
  beforeAll(async () => {
    const { folder } = pair.world.layout;
    worker = await startGatewayWorker(
      { folder },
      { address: `127.0.0.1:${pair.world.ports.origin}` },
    );
  });
  afterAll(async () => await worker.stop());

  /** Has the application handle a request, and gives the states that the two ends of its connection come to. */
  function watch(handle: RequestListener): { arrived: boolean; aborted: boolean; body: string } {
    const state = { arrived: false, aborted: false, body: "" };
    pair.application.handle = (request, response) => {
      state.arrived = true;
      request.on("error", () => undefined);
      request.on("data", (chunk: Buffer) => (state.body += chunk.toString()));
      response.on("close", () => (state.aborted = !response.writableFinished));
      handle(request, response);
    };
    return state;
  }

  describe("the application sees the abort", () => {
    it("before it has answered anything", async () => {
      const state = watch(() => undefined);
      const socket = await visitor(worker.url.port, "GET /silent\r\n");
      await expect.poll(() => state.arrived).toBe(true);
      expect(state.aborted).toBe(false);
      socket.resetAndDestroy();
      await expect.poll(() => state.aborted).toBe(true);
      expect(worker.log).toEqual([]);
      expect(pair.application.seen).toHaveLength(1);
    });

    it("in the middle of its answer", async () => {
      const state = watch((_request, response) => void response.write("first"));
      const socket = await visitor(worker.url.port, "GET /middle\r\n");
      await once(socket, "data");
      expect(state.aborted).toBe(false);
      socket.resetAndDestroy();
      await expect.poll(() => state.aborted).toBe(true);
    });

    it("in the middle of an answer without an end, through `wrangler dev` too", async () => {
      const state = watch((_request, response) => {
        const more = (): void => {
          while (!response.destroyed && response.write(Buffer.alloc(64 * 1024)));
        };
        response.on("drain", more);
        more();
      });
      const socket = await visitor(pair.world.ports.worker, "GET /flood\r\n");
      await once(socket, "data");
      socket.resetAndDestroy();
      await expect.poll(() => state.aborted).toBe(true);
    });

    it.each([
      ["in the runtime", () => worker.url.port],
      ["through `wrangler dev`", () => pair.world.ports.worker],
    ])("in the middle of an upload (%s)", async (_where, port) => {
      const state = watch(() => undefined);
      const socket = await visitor(port(), "POST /upload\r\nContent-Length: 100");
      socket.write("part");
      await expect.poll(() => state.body).toBe("part");
      expect(state.aborted).toBe(false);
      socket.resetAndDestroy();
      await expect.poll(() => state.aborted).toBe(true);
      expect(state.body).toBe("part");
    });
  });

  it("an application that takes its time is waited for, and a visitor who stays is no abort", async () => {
    const state = watch((_request, response) => void setTimeout(() => response.end("late"), 300));
    const socket = await visitor(worker.url.port, "GET /late\r\nConnection: close");
    let text = "";
    socket.on("data", (chunk: Buffer) => (text += chunk.toString()));
    await once(socket, "close");
    expect(text).toMatch(/^HTTP\/1\.1 200 [^]*late/);
    expect(state.aborted).toBe(false);
  });
}
