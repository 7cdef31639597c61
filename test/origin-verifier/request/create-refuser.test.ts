import { afterEach, describe, expect, it } from "vitest";
import { head, startProxyWorld, type ProxyWorld } from "../../support/http-world.ts";

let world: ProxyWorld;
afterEach(() => world.close());

describe.each(["fast", "node"] as const)("always silent, with the %s reader,", (reader) => {
  it.each([
    ["no answer", 502, "application-unreachable"],
    ["no answer in time", 504, "application-timeout"],
  ] as const)(
    "an accepted peer is told that the application gave %s: it is no stranger",
    async (_, status, reason) => {
      world = await startProxyWorld({
        reader,
        refuse: "always-silent",
        limits: { applicationMs: 100 },
        answer: (_request, { socket }) => {
          if (status === 502) socket.end();
        },
      });
      const pull = await world.pull();
      pull.send(head("GET /"));
      await pull.ended;
      expect(pull.answers()).toMatchObject([{ status, body: "" }]);
      expect(await world.world.nextRefusal()).toMatchObject({ reason, status });
    },
  );

  it("nobody is told anything else, whoever asks", async () => {
    world = await startProxyWorld({ reader, refuse: "always-silent" });
    const pull = await world.pull();
    pull.send("GET / HTTP/1.1\r\nHost: origin-blog.example.net\r\n\r\n");
    expect(await pull.ended).toBe("");
    expect(await world.world.nextRefusal()).toMatchObject({ reason: "misdirected", status: null });
  });
});
