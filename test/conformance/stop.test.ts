import { once } from "node:events";
import { afterEach, expect, it } from "vitest";
import { dial, exchange, get, keepGet, answered, statuses } from "./support/pull.ts";
import { SHOP } from "./support/pki.ts";
import { startWorld, type World } from "./support/world.ts";
import { waitFor } from "./support/wait-for.ts";

let world: World;
afterEach(() => world.close());

it("P82: SIGTERM under load loses no request: each is answered, or its connection was refused", async () => {
  world = await startWorld({ flags: ["--no-watch", "--drain-delay", "1"] });
  const ends: string[] = [];
  let stopped = false;
  /** Requests one after the other; where an answer ends the connection, on the next one. */
  const pulling = async (keep: boolean): Promise<void> => {
    for (;;) {
      const socket = await dial(world, world.pki.shop).catch(
        (error: NodeJS.ErrnoException) => error,
      );
      if (socket instanceof Error) {
        // Refused; or reset by the system, which had taken it in the listener's name and never handed it over.
        const { code = "" } = socket;
        if (code !== "ECONNREFUSED" && code !== "ECONNRESET") ends.push(code);
        return;
      }
      for (let at = 0; at < 20 && !socket.destroyed; at += 1) {
        const { text } = await exchange(socket, keep ? keepGet(SHOP) : get(SHOP), answered);
        ends.push(answered(text) ? "answered" : `lost ${JSON.stringify(text)}`);
        // What stands behind an answer with `Connection: close` is nobody's request.
        if (/\r\nconnection: close/i.test(text)) break;
      }
      socket.destroy();
      if (ends.length > 200 && !stopped) {
        stopped = true;
        world.signal("SIGTERM");
      }
    }
  };
  await Promise.all([pulling(true), pulling(true), pulling(false), pulling(false)]);
  expect(await world.exited).toBe(0);
  expect([...new Set(ends)]).toEqual(["answered"]);
  expect(world.lines.at(-1)).toMatchObject({ event: "stopped", cutOff: 0 });
});

it("P82: an answer that its reader has not taken yet is not cut", async () => {
  const big = "a".repeat(4 * 1024 * 1024);
  world = await startWorld({ answer: (response) => response.end(big) });
  const socket = await dial(world, world.pki.shop);
  socket.pause();
  socket.write(keepGet(SHOP));
  await waitFor("the request", () => world.reached().length === 1);
  world.signal("SIGTERM");
  await world.line("that it stops", ({ event }) => event === "stopping");
  const read = exchange(socket, "");
  socket.resume();
  const { text } = await read;
  expect(statuses(text)).toEqual([200]);
  expect(text.length).toBeGreaterThan(big.length);
  expect(await world.exited).toBe(0);
});

it("P83: what the deadline cuts off is counted, and exit code 4", async () => {
  world = await startWorld({
    flags: ["--no-watch", "--drain-deadline", "1"],
    answer: (response, { url }) => {
      if (url !== "/held") response.end("from the application");
    },
  });
  const held = await dial(world, world.pki.shop);
  held.write(keepGet(SHOP, "/held"));
  const idle = await dial(world, world.pki.shop);
  await exchange(idle, keepGet(SHOP), answered);
  await waitFor("the request", () => world.reached().some(({ url }) => url === "/held"));
  world.signal("SIGTERM");
  await once(held, "close");
  expect(await world.exited).toBe(4);
  expect(world.lines.at(-1)).toMatchObject({ event: "stopped", cutOff: 1 });
});
