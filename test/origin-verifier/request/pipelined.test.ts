import { once } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import { afterEach, describe, expect, it, test } from "vitest";
import type { GuardedHandler } from "../../../origin-verifier/application/guard.ts";
import { head, startGuardWorld, type HttpWorld } from "../../support/http-world.ts";

let world: HttpWorld;
afterEach(() => world.close());

const accepted = () => world.world.events.filter(({ event }) => event === "pull-accepted").length;

describe("in process, the requests of one connection", () => {
  it("come one at a time and in their order, however many one packet has", async () => {
    const count = 500;
    const seen: string[] = [];
    let current = 0;
    let most = 0;
    world = await startGuardWorld(async ({ url = "" }, response) => {
      current += 1;
      most = Math.max(most, current);
      seen.push(url);
      response.on("close", () => {
        current -= 1;
      });
      if (Number(url.slice(1)) % 7 === 0) await pause(1);
      response.end(url);
    });
    const asked = Array.from({ length: count }, (_, at) => `/${at}`);
    const bytes = asked.map((target, at) => {
      if (at % 5 === 0) return `${head(`POST ${target}`, "Content-Length: 3")}abc`;
      if (at % 11 === 0)
        return `${head(`POST ${target}`, "Transfer-Encoding: chunked")}1\r\na\r\n0\r\n\r\n`;
      return head(`GET ${target}`);
    });
    const pull = await world.pull();
    pull.send(bytes.join(""));
    expect((await pull.answered(count)).map(({ body }) => body)).toEqual(asked);
    expect(seen).toEqual(asked);
    expect(most).toBe(1);
  });

  it("wait for an answer that comes long after the end of its request", async () => {
    world = await startGuardWorld(async (request, response) => {
      if (request.url === "/0") {
        request.resume();
        await once(request, "close");
        await pause(100);
      }
      response.end(request.url);
    });
    const pull = await world.pull();
    pull.send(`${head("POST /0", "Content-Length: 1")}x`);
    await pause(50);
    pull.send(head("GET /1") + head("GET /2"));
    expect((await pull.answered(3)).map(({ body }) => body)).toEqual(["/0", "/1", "/2"]);
  });

  it("wait for an answer that is written and has not gone out", async () => {
    const seen: string[] = [];
    const bytes = 32 * 1024 * 1024;
    world = await startGuardWorld(({ url = "" }, response) => {
      seen.push(url);
      response.end(url === "/0" ? Buffer.alloc(bytes) : "");
    });
    const pull = await world.pull();
    pull.socket.pause();
    pull.send(head("GET /0") + head("GET /1"));
    await pause(200);
    expect(seen).toEqual(["/0"]);
    pull.socket.resume();
    await pull.answered(2);
    expect(seen).toEqual(["/0", "/1"]);
  });

  const ENDS: Readonly<Record<string, GuardedHandler>> = {
    "its answer": (_, response) => void response.destroy(),
    "its request": (request) => void request.destroy(),
    "its connection": (request) => void request.socket.destroy(),
    "its connection, behind an answer": (request, response) => {
      response.end();
      request.socket.destroy();
    },
    "everything, by an error": () => {
      throw new Error("in the handler");
    },
  };
  test.each(Object.entries(ENDS))("are nobody's behind one that ended %s", async (_, end) => {
    const seen: string[] = [];
    world = await startGuardWorld((request, response, pull) => {
      seen.push(request.url ?? "");
      if (request.url === "/1") return end(request, response, pull);
      response.end();
      return undefined;
    });
    const pull = await world.pull();
    pull.send(["/0", "/1", "/2", "/3"].map((target) => head(`GET ${target}`)).join(""));
    await pull.ended;
    await pause(50);
    expect(seen).toEqual(["/0", "/1"]);
    expect(accepted()).toBe(2);
  });
});
