import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Conversation } from "../support/conversation.ts";
import { startRawApplication, type RawAnswer } from "../support/raw-application.ts";
import { head, pullFrom, refusalOn } from "./http-pull.ts";
import { makePki } from "./support/pki.ts";
import { waitFor } from "./support/wait-for.ts";
import { FORMS, startWorld, type World } from "./support/world.ts";

const pki = makePki();
const LIMITS = { headersMs: 600, bodyIdleMs: 600, keepAliveMs: 600, applicationMs: 600 };

/** Sends bytes one by one, for as long as the other side lets it. */
async function dribble(pull: Conversation, bytes: string, everyMs: number): Promise<void> {
  for (const byte of bytes) {
    if (pull.isEnded()) return;
    pull.send(byte);
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}

for (const form of FORMS) {
  describe(`P60: before the verifier ${form}`, () => {
    let world: World;
    beforeAll(async () => {
      world = await startWorld({ form, pki, limits: LIMITS });
    });
    afterAll(() => world.close());

    it("a head that comes byte by byte does not come for ever, and good pulls are served meanwhile", async () => {
      const after = world.lines.length;
      const before = world.reached().length;
      const slow = await Promise.all(Array.from({ length: 20 }, () => pullFrom(world)));
      const dribbling = slow.map((pull) => dribble(pull, head(`GET /${"x".repeat(200)}`), 25));
      while (!slow.every((pull) => pull.isEnded())) {
        const good = await pullFrom(world);
        good.send(head("GET /good"));
        expect(await good.answered(1)).toMatchObject([{ status: 200 }]);
        good.destroy();
      }
      await Promise.all(dribbling);
      // Nobody asked: an answer would be taken for the one to the next request.
      expect(slow.map((pull) => pull.text())).toEqual(slow.map(() => ""));
      for (const pull of slow) {
        expect(await refusalOn(world, pull, after)).toMatchObject({
          reason: "request-timeout",
          status: null,
        });
      }
      expect(
        world
          .reached()
          .slice(before)
          .every(({ url }) => url === "/good"),
      ).toBe(true);
    });

    it("a connection that says nothing is closed", async () => {
      const pull = await pullFrom(world);
      expect(await pull.ended).toBe("");
    });

    it("a connection that says nothing more after an answer is closed, and that is no refusal", async () => {
      const after = world.lines.length;
      const pull = await pullFrom(world);
      pull.send(head("GET /"));
      await pull.answered(1);
      await pull.ended;
      expect(pull.answers()).toHaveLength(1);
      // Of this connection: the line of an earlier one may come late.
      const refused = world.lines
        .slice(after)
        .filter(
          ({ event, remotePort }) => event === "pull-refused" && remotePort === pull.localPort,
        );
      expect(refused).toEqual([]);
    });

    it("a second head that stops halfway takes nothing from the first answer", async () => {
      const pull = await pullFrom(world);
      pull.send(`${head("GET /")}GET /second HT`);
      await pull.ended;
      expect(pull.answers().map(({ status }) => status)).toEqual([200]);
    });

    it("a body that stops is refused, and one that only dribbles is not", async () => {
      const after = world.lines.length;
      const [stopping, slow] = [await pullFrom(world), await pullFrom(world)];
      slow.send(head("POST /dribbled", "Content-Length: 50"));
      const dribbled = dribble(slow, "x".repeat(50), 40);
      for (const framing of ["Content-Length: 10", "Transfer-Encoding: chunked"]) {
        const pull = framing.startsWith("C") ? stopping : await pullFrom(world);
        pull.send(`${head("POST /stopped", framing)}5`);
        await pull.ended;
        expect(pull.answers().map(({ status }) => status)).toEqual([408]);
        expect(await refusalOn(world, pull, after)).toMatchObject({ reason: "request-timeout" });
      }
      await dribbled;
      expect(await slow.answered(1)).toMatchObject([{ status: 200 }]);
      await waitFor("the dribbled one", () => world.reached().at(-1)?.url === "/dribbled");
      expect(world.reached().filter(({ url }) => url === "/stopped")).toEqual([]);
      slow.destroy();
    });
  });
}

describe("P60: as proxy", () => {
  it("peers that do not read hold the application back, and cost no more than their buffers", async () => {
    const size = 50_000_000;
    const large = Buffer.alloc(size, "x");
    const answer: RawAnswer = ({ target }, { socket }) => {
      if (target === "/good") socket.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
      else {
        socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${size}\r\n\r\n`);
        socket.write(large);
      }
    };
    const application = await startRawApplication(answer);
    const world = await startWorld({ pki, applicationPort: application.port });
    const good = await pullFrom(world);
    const slow = await Promise.all(Array.from({ length: 20 }, () => pullFrom(world)));
    for (const pull of slow) {
      pull.socket.pause();
      pull.send(head("GET /large"));
    }
    for (let asked = 1; asked <= 200; asked += 1) {
      good.send(head("GET /good"));
      await good.answered(asked);
    }
    const held = application.connections.filter(({ socket }) => socket.writableLength > 0);
    expect(held).toHaveLength(20);
    const status = await readFile(`/proc/${world.pid}/status`, "latin1");
    const residentKb = Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]);
    expect(residentKb).toBeLessThan(300_000);
    const [one] = slow;
    one?.socket.resume();
    await one?.until((text) => text.length > size);
    expect(one?.answers()).toMatchObject([{ status: 200, complete: true }]);
    for (const pull of [good, ...slow]) pull.destroy();
    await world.close();
    await application.close();
  });

  it("a peer that does not read is given up when nothing has moved for long enough, and so is its request", async () => {
    const application = await startRawApplication((_, { socket }) => {
      socket.write("HTTP/1.1 200 OK\r\nContent-Length: 50000000\r\n\r\n");
      socket.write(Buffer.alloc(50_000_000, "x"));
    });
    const world = await startWorld({ pki, applicationPort: application.port, limits: LIMITS });
    const pull = await pullFrom(world);
    pull.socket.pause();
    pull.send(head("GET /large"));
    await waitFor("the request", () => application.connections.length === 1);
    await waitFor("its end", () => application.connections.every(({ socket }) => socket.destroyed));
    // What it has of the answer must not look whole.
    pull.socket.resume();
    await pull.ended;
    expect(pull.answers()).toMatchObject([{ status: 200, complete: false }]);
    await world.close();
    await application.close();
  });
});
