import { expect, test } from "vitest";
import { parsePublicUrl, type PublicUrl } from "../../worker/public-url.ts";
import { asksForWebSocket, bodyOf, readVisit, type Visit } from "../../worker/visit.ts";

function visit(init: RequestInit): Visit {
  const request = new Request("https://shop.example.com/", init);
  return readVisit(request, parsePublicUrl(request.url) as PublicUrl);
}

test("headers are found by their names in lower case, the lines of one name as one", () => {
  const headers = [
    ["Accept", "a"],
    ["ACCEPT", "b"],
    ["__proto__", "c"],
  ] as [string, string][];
  expect([...visit({ headers }).headers]).toEqual([
    ["__proto__", "c"],
    ["accept", "a, b"],
  ]);
});

test.each([
  ["0", false],
  ["1", true],
])("Content-Length: %s is a body: %s", (length, expected) => {
  const headers = { "Content-Length": length };
  expect(bodyOf(visit({ method: "POST", headers, body: "x" })) !== null).toBe(expected);
});

test.each([
  ["websocket", true],
  ["WebSocket", true],
  ["h2c", false],
  ["websocket, h2c", false],
  [null, false],
])("Upgrade: %s asks for a WebSocket: %s", (value, expected) => {
  const headers = new Map(value === null ? [] : [["upgrade", value]]);
  expect(asksForWebSocket(headers)).toBe(expected);
});
