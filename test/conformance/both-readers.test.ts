import { afterAll, beforeAll, expect, test } from "vitest";
import { SMUGGLERS } from "../fuzz/requests/smugglers.ts";
import { head, pullFrom } from "./http-pull.ts";
import { BROKEN_BODIES, REFUSED } from "./http-rows.ts";
import { makePki } from "./support/pki.ts";
import { startWorld, type World } from "./support/world.ts";

const worlds: World[] = [];
beforeAll(async () => {
  const pki = makePki();
  for (const reader of ["fast", "node"] as const) worlds.push(await startWorld({ pki, reader }));
});
afterAll(() => Promise.all(worlds.map((world) => world.close())));

const last = head("GET /last", "Connection: close");
const ordinary = [
  head("GET /a?b=c", "Cookie: a=1", "cookie: b=2", "X-Forwarded-For: 203.0.113.7", "TE: x"),
  head("HEAD /", "Connection: Keep-Alive", "Keep-Alive: 300", "X-Pull-Verdict: accepted"),
  `${head("POST /length", "Content-Length: 5", "X-Blank: \t a  b \t")}hello`,
  `${head("DELETE /chunks", "Transfer-Encoding: chunked")}005;a="b"\r\nhello\r\n0\r\nX-Pull-Hostname: x\r\n\r\n`,
  head("PUT /none", "CF-Connecting-IP: 203.0.113.7", "CF-Connecting-IP: 203.0.113.8"),
  head("OPTIONS *"),
  head("PROPFIND /dav", "X-Obs: \xe4"),
  `${head("PATCH /expects", "Expect: 100-continue", "Content-Length: 2")}hi`,
];
const odd = [...SMUGGLERS, ...[...REFUSED, ...BROKEN_BODIES].map(({ bytes }) => bytes)].filter(
  // A WebSocket that is asked for has no last request behind it; and of a chunk of 16 EiB the one says that it is none,
  // the other that it did not come in time.
  (bytes) => bytes.length < 2_000 && !/upgrade|f{16}/i.test(bytes),
);

/**
 * What a stream comes to: what reached the application, in its order, and what was answered. Where two things are wrong with
 * one request, which of them is said depends on what came before it; each by itself is told in `http-refusals.test.ts`.
 */
async function outcome(world: World, stream: string) {
  const before = world.reached().length;
  const pull = await pullFrom(world);
  pull.send(stream);
  await pull.ended;
  const methods = stream.match(/^[A-Z]+(?= )/gm) ?? [];
  return {
    reached: world.reached().slice(before),
    answers: pull
      .answers(...methods)
      .map(({ status, headers, body }) =>
        headers.has("pull-refusal") ? "refused" : `${status} ${body}`,
      ),
  };
}

test("P66: what is ordinary, alone and one behind the other, comes to the same by both readers", async () => {
  for (const stream of [...ordinary, ordinary.join(""), ordinary.toReversed().join("")]) {
    const [fast, node] = await Promise.all(worlds.map((world) => outcome(world, stream + last)));
    expect(fast?.reached.at(-1)).toMatchObject({ url: "/last" });
    expect(fast, JSON.stringify(stream)).toEqual(node);
  }
});

test("P66: what is not comes to the same by both, alone and behind what is", async () => {
  expect(odd.length).toBeGreaterThan(150);
  for (const bytes of odd) {
    for (const stream of [bytes + last, ordinary[0] + bytes + last]) {
      const [fast, node] = await Promise.all(worlds.map((world) => outcome(world, stream)));
      expect(fast, JSON.stringify(stream)).toEqual(node);
    }
  }
});
