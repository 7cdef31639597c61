import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { connect } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import type { GuardedHandler } from "../../../origin-verifier/application/guard.ts";
import type { ReadAnswer } from "../../support/answer-reader.ts";
import { head, startGuardWorld, type HttpWorld, webSocketHead } from "../../support/http-world.ts";

let world: HttpWorld;
afterEach(() => world.close());

const BIG = Buffer.alloc(8 * 1024 * 1024, "a");
const KEEP = head("GET /page");
const HANDSHAKE = webSocketHead();

/** A handler that answers at once, but for `/held`, which a test answers. */
function holding(): {
  readonly handler: GuardedHandler;
  readonly held: (count?: number) => Promise<readonly ServerResponse[]>;
} {
  const responses: ServerResponse[] = [];
  return {
    handler: ({ url }, response) => {
      if (url === "/held") responses.push(response);
      else if (url === "/big") response.end(BIG);
      else response.end("answered");
    },
    held: async (count = 1) => {
      await expect.poll(() => responses.length).toBe(count);
      return responses;
    },
  };
}

const connectionOf = ({ headers }: ReadAnswer): string | undefined =>
  headers.get("connection")?.[0];

describe("a listener that is drained", () => {
  it("answers what comes on a kept connection within a moment, and ends it with that", async () => {
    const { handler } = holding();
    world = await startGuardWorld(handler);
    const pull = await world.pull();
    pull.send(KEEP);
    expect((await pull.answered(1)).map(connectionOf)).toEqual(["keep-alive"]);
    const closed = world.server.close(10_000);
    pull.send(KEEP);
    expect((await pull.answered(2)).map(connectionOf)).toEqual(["keep-alive", "close"]);
    await pull.ended;
    expect(pull.failed()).toBe(false);
    expect(await closed).toBe(0);
  });

  it("ends kept connections on which nothing moves, handshakes that stopped, and counts none of them", async () => {
    const { handler } = holding();
    world = await startGuardWorld(handler);
    const used = await world.pull();
    used.send(KEEP);
    await used.answered(1);
    const unused = await world.pull();
    const port = used.socket.remotePort ?? 0;
    const stuck = connect(port, "127.0.0.1");
    await once(stuck, "connect");
    await expect.poll(() => world.server.connectionCount()).toBe(3);
    expect(await world.server.close(10_000)).toBe(0);
    await Promise.all([used.ended, unused.ended]);
    stuck.destroy();
  });

  it("lets what is in flight be answered, with the end of the connection in its head", async () => {
    const { handler, held } = holding();
    world = await startGuardWorld(handler);
    const pull = await world.pull();
    pull.send(head("GET /held"));
    const [response] = await held();
    const closed = world.server.close(10_000);
    response?.end("late");
    const [answer] = await pull.answered(1);
    expect(answer).toMatchObject({ status: 200, body: "late" });
    expect(answer && connectionOf(answer)).toBe("close");
    await pull.ended;
    expect(await closed).toBe(0);
  });

  it("ends a connection whose answer had begun before as one that is kept", async () => {
    const { handler, held } = holding();
    world = await startGuardWorld(handler);
    const pull = await world.pull();
    pull.send(head("GET /held"));
    const [response] = await held();
    response?.write("begun, ");
    await pull.until((text) => text.includes("begun"));
    const closed = world.server.close(10_000);
    response?.end("ended");
    expect((await pull.answered(1))[0]).toMatchObject({ body: "begun, ended" });
    await pull.ended;
    expect(await closed).toBe(0);
  });

  it("answers all of what was pipelined, and ends the connection with the last", async () => {
    const { handler, held } = holding();
    world = await startGuardWorld(handler);
    const pull = await world.pull();
    pull.send(head("GET /held") + KEEP + KEEP);
    const [response] = await held();
    const closed = world.server.close(10_000);
    response?.end("first");
    const answers = await pull.answered(3);
    expect(answers.map(connectionOf)).toEqual(["keep-alive", "keep-alive", "close"]);
    await pull.ended;
    expect(await closed).toBe(0);
  });

  it("does not cut an answer that is written, and waits for its reader", async () => {
    const { handler } = holding();
    world = await startGuardWorld(handler);
    const pull = await world.pull();
    pull.socket.pause();
    pull.send(head("GET /big"));
    await expect
      .poll(() => world.world.events.some(({ event }) => event === "pull-accepted"))
      .toBe(true);
    const unused = await world.pull();
    const closed = world.server.close(20_000);
    // As long as a quiet connection lives.
    await unused.ended;
    await expect.poll(() => world.server.connectionCount()).toBe(1);
    pull.socket.resume();
    expect((await pull.ended).length).toBeGreaterThan(BIG.length);
    expect(await closed).toBe(0);
  });

  it("accepts connections until it is closed, each for one answer", async () => {
    const { handler } = holding();
    world = await startGuardWorld(handler);
    world.server.drain();
    for (let n = 0; n < 2; n += 1) {
      const pull = await world.pull();
      pull.send(KEEP);
      expect((await pull.answered(1)).map(connectionOf)).toEqual(["close"]);
      await pull.ended;
    }
    expect(await world.server.close(10_000)).toBe(0);
    await expect(world.pull()).rejects.toMatchObject({ code: "ECONNREFUSED" });
  });
});

describe("the deadline", () => {
  it("cuts off what is not answered by then, and says how much it was", async () => {
    const { handler, held } = holding();
    world = await startGuardWorld(handler);
    const pulls = await Promise.all([world.pull(), world.pull()]);
    for (const pull of pulls) pull.send(head("GET /held"));
    await held(2);
    expect(await world.server.close(50)).toBe(2);
    await Promise.all(pulls.map(({ ended }) => ended));
  });

  it("counts no connection that nothing was owed on", async () => {
    const { handler, held } = holding();
    world = await startGuardWorld(handler);
    const [pull, used, unused] = await Promise.all([world.pull(), world.pull(), world.pull()]);
    used.send(KEEP);
    await used.answered(1);
    pull.send(head("GET /held"));
    await held();
    // Sooner than a quiet connection ends.
    expect(await world.server.close(50)).toBe(1);
    await Promise.all([pull.ended, used.ended, unused.ended]);
  });

  it("is what a WebSocket gets", async () => {
    world = await startGuardWorld(holding().handler, (_request, socket) => {
      socket.write("HTTP/1.1 101 Switching Protocols\r\n\r\nopen");
    });
    const pull = await world.pull();
    pull.send(HANDSHAKE);
    await pull.until((text) => text.endsWith("open"));
    const unused = await world.pull();
    const closed = world.server.close(3_000);
    await unused.ended;
    expect(pull.isEnded()).toBe(false);
    expect(await closed).toBe(1);
    await pull.ended;
  });

  it("may be drawn nearer", async () => {
    const { handler, held } = holding();
    world = await startGuardWorld(handler);
    const pull = await world.pull();
    pull.send(head("GET /held"));
    await held();
    const closed = world.server.close(60_000);
    expect(await world.server.close(0)).toBe(1);
    expect(await closed).toBe(1);
  });
});
