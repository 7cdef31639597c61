import { IncomingMessage } from "node:http";
import { inspect } from "node:util";
import { expect, it } from "vitest";
import {
  addLines,
  ReceivedRequest,
  showLines,
} from "../../../origin-verifier/request/received-request.ts";

const LINES = ["Host", "a.example", "X-A", "1", "x-a", "2", "Set-Cookie", "b", "Traceparent", "c"];

/** A request of Node's own, and one of ours, with the same lines. */
function both(...more: readonly string[]): readonly [IncomingMessage, IncomingMessage] {
  const requests = [
    new IncomingMessage(null as never),
    new ReceivedRequest(null as never),
  ] as const;
  for (const request of requests) addLines(request, [...LINES, ...more]);
  return requests;
}

it.each<readonly [string, (request: IncomingMessage) => unknown]>([
  ["one of them", ({ headers }) => headers["x-a"]],
  ["one that is not there", ({ headers }) => headers["x-b"]],
  ["Expect", ({ headers }) => headers.expect],
  ["whether there is one", ({ headers }) => ["x-a" in headers, "expect" in headers]],
  ["their names", ({ headers }) => Object.keys(headers)],
  ["all of them", ({ headers }) => ({ ...headers })],
  ["what they are", ({ headers }) => JSON.stringify(headers)],
  ["each of them", ({ headers }) => Object.entries(headers)],
  ["each value alone", ({ headersDistinct }) => ({ ...headersDistinct })],
  ["own ones", ({ headers }) => Object.hasOwn(headers, "host")],
  [
    "them where they were changed",
    ({ headers }) => [Object.assign(headers, { z: "1" }), headers["z"]],
  ],
  [
    "them where one was taken away",
    ({ headers }) => [Reflect.deleteProperty(headers, "host"), headers.host],
  ],
  ["them as the console shows them", ({ headers }) => inspect(headers)],
  ["the same ones again", (request) => request.headers === request.headers],
  ["what they are made of", ({ headers }): unknown => Object.getPrototypeOf(headers)],
  [
    "them through what inherits from it",
    (request) => (Object.create(request) as typeof request).headers.host,
  ],
  ["them through what stands before it", (request) => new Proxy(request, {}).headers.host],
  ["what made it", (request) => request.constructor],
  [
    "others that were put there",
    (request) => [(request.headers = { a: "b" }), request.headers["a"]],
  ],
])("who asks before the judgement sees %s as Node shows it", (_, ask) => {
  for (const more of [[], ["Expect", "100-continue"], ["EXPECT", "a", "Expect", "b"]]) {
    const [node, ours] = both(...more);
    expect(ask(ours)).toEqual(ask(node));
    expect({ ...ours.headers }).toEqual({ ...node.headers });
  }
});

it("makes none of them for Node, which asks for Expect alone", () => {
  const [, request] = both();
  let made = 0;
  Reflect.set(request, "_addHeaderLine", () => (made += 1));
  expect(request.headers.expect).toBeUndefined();
  expect(made).toBe(0);
  void request.headers.host;
  expect(made).toBe(LINES.length / 2);
});

it.each<readonly [string, (request: IncomingMessage) => unknown]>([
  ["nobody asked", () => null],
  ["somebody asked", ({ headers }) => headers.host],
  ["somebody asked in the other form", ({ headersDistinct }) => headersDistinct["host"]],
  [
    "somebody asked past it",
    (request) => Reflect.get(IncomingMessage.prototype, "headers", request),
  ],
  [
    "somebody asked past it in the other form",
    (request) => Reflect.get(IncomingMessage.prototype, "headersDistinct", request),
  ],
  [
    "somebody asked through what inherits from it",
    (request) => (Object.create(request) as typeof request).headers.host,
  ],
  ["others were put there", (request) => (request.headers = { a: "b" })],
  [
    "others were put there in the other form",
    (request) => (request.headersDistinct = { a: ["b"] }),
  ],
])("shows what is shown where %s before, to whoever holds what came too", (_, ask) => {
  const [, request] = both("Expect", "100-continue");
  const { headers } = request;
  ask(request);
  showLines(request, ["Host", "b.example"]);
  expect({ ...request.headers }).toEqual({ host: "b.example" });
  expect({ ...request.headersDistinct }).toEqual({ host: ["b.example"] });
  expect({ ...headers }).toEqual({ host: "b.example" });
  expect(inspect(headers)).toBe("{ host: 'b.example' }");
});

it("has no function of the verifier's within reach of a handler", () => {
  const [node, ours] = both();
  expect(ours.constructor).toBe(node.constructor);
  expect(Object.getOwnPropertyNames(ReceivedRequest).toSorted()).toEqual([
    "length",
    "name",
    "prototype",
  ]);
  expect(Reflect.ownKeys(ReceivedRequest.prototype)).toEqual(["constructor", "headers"]);
});
