import { ServerResponse, type OutgoingHttpHeaders } from "node:http";
import { afterEach, describe, expect, it, test } from "vitest";
import type { GuardedHandler } from "../../../origin-verifier/application/guard.ts";
import { head, startGuardWorld, type HttpWorld } from "../../support/http-world.ts";

let world: HttpWorld;
afterEach(() => world.close());

/** What the peer gets of a handler's answer. */
async function answerOf(handler: GuardedHandler) {
  world = await startGuardWorld(handler);
  const pull = await world.pull();
  pull.send(head("GET /"));
  const [answer] = await pull.answered(1);
  return answer;
}

const CARRIES = { "Pull-Refusal": "abcdefgh", "X-Kept": "1" };

/** As JavaScript lets one call it. */
function writeAny(response: ServerResponse, name: string, given: readonly unknown[]): void {
  Reflect.apply(Reflect.get(response, name) as () => void, response, given);
}

const WAYS: Readonly<Record<string, GuardedHandler>> = {
  setHeader: (_, response) => {
    response.setHeader("pull-REFUSAL", "abcdefgh").setHeader("X-Kept", "1").end("body");
  },
  "setHeader, and flushed": (_, response) => {
    response.setHeader("Pull-Refusal", ["abcdefgh", "x"]).setHeader("X-Kept", "1").flushHeaders();
    response.end("body");
  },
  appendHeader: (_, response) => {
    response.appendHeader("Pull-Refusal", "abcdefgh").appendHeader("Pull-Refusal", "x");
    response.setHeader("X-Kept", "1").write("bo");
    response.end("dy");
  },
  setHeaders: (_, response) => {
    response.setHeaders(new Headers({ "Pull-Refusal": "abcdefgh", "X-Kept": "1" })).end("body");
  },
  "writeHead with an object": (_, response) => {
    response.writeHead(200, { "PULL-refusal": "abcdefgh", "X-Kept": "1" }).end("body");
  },
  "writeHead with a reason and an object": (_, response) => {
    response.writeHead(200, "Fine", { "Pull-Refusal": "abcdefgh", "X-Kept": "1" }).end("body");
  },
  "writeHead with names and values in turn": (_, response) => {
    response.writeHead(200, ["X-Kept", "1", "Pull-Refusal", "abcdefgh"]).end("body");
  },
  "writeHead with names and values in turn, and the value named like it": (_, response) => {
    response.writeHead(200, ["X-Kept", "1", "Pull-Refusal", "Pull-Refusal"]).end("body");
  },
  "writeHead with pairs": (_, response) => {
    const pairs = [
      ["pull-refusal", "abcdefgh"],
      ["X-Kept", "1"],
    ];
    response.writeHead(200, pairs as unknown as OutgoingHttpHeaders).end("body");
  },
  "writeHead with an object, and null behind it": (_, response) => {
    writeAny(response, "writeHead", [200, { ...CARRIES }, null]);
    response.end("body");
  },
  "writeHead with pairs, and null behind them": (_, response) => {
    writeAny(response, "writeHead", [200, Object.entries(CARRIES), null]);
    response.end("body");
  },
  "writeHead without a reason before an object": (_, response) => {
    response.writeHead(200, undefined, { ...CARRIES }).end("body");
  },
  "writeHead with a function": (_, response) => {
    writeAny(response, "writeHead", [200, Object.assign(() => {}, CARRIES)]);
    response.end("body");
  },
  // Node's other name for it, where it has one.
  writeHeader: (_, response) => {
    const name = "writeHeader" in ServerResponse.prototype ? "writeHeader" : "writeHead";
    writeAny(response, name, [200, { ...CARRIES }]);
    response.end("body");
  },
  "setHeader, where hasHeader is the handler's own": (_, response) => {
    response.hasHeader = () => false;
    response.setHeader("Pull-Refusal", "abcdefgh").setHeader("X-Kept", "1").end("body");
  },
  "writeHead beside setHeader": (_, response) => {
    response.setHeader("Pull-Refusal", "abcdefgh");
    response.writeHead(200, { "Pull-Refusal": "x", "X-Kept": "1" }).end("body");
  },
};

describe("an answer of a handler never carries Pull-Refusal", () => {
  test.each(Object.entries(WAYS))("set by %s", async (_, handler) => {
    const answer = await answerOf(handler);
    expect(answer).toMatchObject({ status: 200, body: "body", complete: true });
    expect(answer?.headers.has("pull-refusal")).toBe(false);
    expect(answer?.headers.get("x-kept")).toEqual(["1"]);
  });

  it("and is otherwise as the handler wrote it", async () => {
    const answer = await answerOf((_, response) => {
      response.statusCode = 418;
      response.setHeader("Set-Cookie", ["a=1", "b=2"]);
      response.end("Pull-Refusal");
    });
    expect(answer).toMatchObject({ status: 418, body: "Pull-Refusal" });
    expect(answer?.headers.get("set-cookie")).toEqual(["a=1", "b=2"]);
  });
});
