import { describe, expect, test } from "vitest";
import { createEdgeCache } from "../../../cli/local-edge/edge-cache.ts";
import { freshFor } from "../../../cli/local-edge/fresh-for.ts";

const good = {
  method: "GET",
  asked: {},
  status: 200,
  said: { "cache-control": "public, max-age=60" },
} as const;
const saying = (value: string) => ({ said: { "cache-control": value } });

describe("the edge keeps", () => {
  test.each([
    ["what says nothing of it", { said: {} }],
    ["what is not to be stored", saying("max-age=60, no-store")],
    ["what is private", saying("private, max-age=60")],
    ["what has to be asked for again", saying("no-cache, max-age=60")],
    ["what is stale from the first moment", saying("max-age=0")],
    ["what says it twice", saying("max-age=60, max-age=6000")],
    ["what cannot be read", saying("max-age=6e9, public")],
    ["what is old already", { said: { "cache-control": "max-age=60", age: "60" } }],
    ["what is for a shared cache stale", saying("max-age=60, s-maxage=0")],
    ["what only Expires speaks of", { said: { expires: "Fri, 01 Jan 2100 00:00:00 GMT" } }],
    ["what sets a cookie", { said: { ...good.said, "set-cookie": ["a=1"] } }],
    ["what varies by more than the encoding", { said: { ...good.said, vary: "Cookie" } }],
    ["what varies by everything", { said: { ...good.said, vary: "*" } }],
    ["an error", { status: 500 }],
    ["a redirect", { status: 302 }],
    ["a part", { status: 206 }],
    ["the answer to a HEAD", { method: "HEAD" }],
    ["the answer to a POST", { method: "POST" }],
    ["what was asked for with a password", { asked: { authorization: "Basic x" } }],
    ["what was asked for in part", { asked: { range: "bytes=0-1" } }],
  ])("not %s", (_what, change) => {
    expect(freshFor({ ...good, ...change })).toBe(0);
  });

  test.each([
    ["max-age", good, 60],
    ["s-maxage before it", { ...good, ...saying("max-age=60, s-maxage=90") }, 90],
    [
      "less what has passed",
      { ...good, said: { "cache-control": "max-age=60", age: "20", vary: "Accept-Encoding" } },
      40,
    ],
  ])("what says so, for as long: %s", (_what, answered, seconds) => {
    expect(freshFor(answered)).toBe(seconds);
  });
});

describe("the cache", () => {
  const answer = { status: 200, headers: [], body: Buffer.from("x") };

  test("gives what is fresh, and not a moment longer", () => {
    const cache = createEdgeCache();
    cache.keep("a /", answer, 10, 1000);
    expect(cache.find("b /", 1000)).toBeNull();
    expect(cache.find("a /", 10_999)).toEqual({ answer, age: 9 });
    expect(cache.find("a /", 11_000)).toBeNull();
    expect(cache.find("a /", 1000)).toBeNull();
  });

  test("forgets, and lets the oldest go when it is full", () => {
    const cache = createEdgeCache();
    for (let at = 0; at < 101; at++) cache.keep(String(at), answer, 10, 0);
    expect(cache.find("0", 0)).toBeNull();
    expect(cache.find("1", 0)).not.toBeNull();
    cache.forget("1");
    expect(cache.find("1", 0)).toBeNull();
  });
});
