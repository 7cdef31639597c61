import { once } from "node:events";
import { createServer, type AddressInfo, type Server } from "node:net";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Listener } from "../../../origin-verifier/listener/create-listener.ts";
import { guardedServer, UnsafeListener } from "../../../origin-verifier/listener/guarded-server.ts";
import type { SelfCheckOutcome } from "../../../origin-verifier/listener/self-check.ts";

const SAFE: SelfCheckOutcome = { unsafe: [], untried: [] };
const UNSAFE: SelfCheckOutcome = { unsafe: ["it resumed a session"], untried: [] };
const UNTRIED: SelfCheckOutcome = { unsafe: [], untried: ["no origin hostname could be tried"] };

let outcome: SelfCheckOutcome;
let server: Server;
const close = vi.fn<(deadlineMs: number) => Promise<number>>(async () => 0);
const tried = vi.fn<() => Promise<SelfCheckOutcome>>(async () => outcome);

/** A server that is found to be what a test says. */
function guarded() {
  return guardedServer({
    server: server as unknown as Listener["server"],
    drain: { begin: () => undefined, close },
    connectionCount: () => 0,
    selfCheck: tried,
  });
}

beforeEach(() => {
  outcome = SAFE;
  server = createServer();
  close.mockClear();
  tried.mockClear();
});
afterEach(() => void server.close());

describe("a listener goes up", () => {
  it("where it was tried and found safe", async () => {
    const { port } = await guarded().listen(0, "127.0.0.1");
    expect(server.address()).toMatchObject({ address: "127.0.0.1", port });
    expect(tried).toHaveBeenCalledTimes(1);
  });

  it.each([
    ["is unsafe", UNSAFE, UNSAFE.unsafe],
    ["could not be tried: nothing is known of it", UNTRIED, UNTRIED.untried],
    ["is both", { ...UNSAFE, untried: UNTRIED.untried }, [...UNSAFE.unsafe, ...UNTRIED.untried]],
  ])("not where it %s", async (_, found, problems) => {
    outcome = found;
    const listening = guarded().listen(0, "127.0.0.1");
    await expect(listening).rejects.toBeInstanceOf(UnsafeListener);
    await expect(listening).rejects.toMatchObject({ problems });
    expect(server.listening).toBe(false);
  });

  it("not where its address is taken, and says so; and what breaks later is not an answer to that", async () => {
    const before = createServer().listen(0, "127.0.0.1");
    await once(before, "listening");
    const { port } = before.address() as AddressInfo;
    await expect(guarded().listen(port, "127.0.0.1")).rejects.toMatchObject({ code: "EADDRINUSE" });
    before.close();
    await guarded().listen(0, "127.0.0.1");
    expect(server.listenerCount("error")).toBe(0);
  });
});

describe("a listener that is tried again", () => {
  it("is closed at once where it is unsafe, and its connections with it", async () => {
    const its = guarded();
    await its.listen(0, "127.0.0.1");
    outcome = UNSAFE;
    expect(await its.makeSure()).toEqual(UNSAFE);
    expect(close.mock.calls).toEqual([[0]]);
  });

  it.each([
    ["is safe", SAFE],
    ["cannot be tried this time: it was found safe before", UNTRIED],
  ])("goes on where it %s", async (_, found) => {
    const its = guarded();
    await its.listen(0, "127.0.0.1");
    outcome = found;
    expect(await its.makeSure()).toEqual(found);
    expect(close).not.toHaveBeenCalled();
  });

  it("is not tried where it does not listen", async () => {
    outcome = UNSAFE;
    expect(await guarded().makeSure()).toEqual(SAFE);
    expect([tried.mock.calls, close.mock.calls]).toEqual([[], []]);
  });
});
