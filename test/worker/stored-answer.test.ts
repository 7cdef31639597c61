import { describe, expect, test } from "vitest";
import { answerFromCache, headersToStore } from "../../worker/stored-answer.ts";

const NOW = Date.parse("2026-06-01T12:00:00Z");
const DATE = new Date(NOW).toUTCString();

describe("what goes into the cache", () => {
  test.each([
    ["max-age=40", "max-age=40"],
    ["public, max-age=60, s-maxage=40", "public, max-age=60, s-maxage=40"],
    ["max-age=40, s-maxage=60", "max-age=40, s-maxage=40"],
    ["max-age=60", "max-age=60, s-maxage=40"],
    ["public, S-MaxAge=900, max-age=60", "public, max-age=60, s-maxage=40"],
    ['x="a, s-maxage=1", max-age=60', 'x="a, s-maxage=1", max-age=60, s-maxage=40'],
    [null, "s-maxage=40"],
  ])("says for how long we count it fresh: %s", (value, expected) => {
    const from = new Headers(value === null ? {} : { "Cache-Control": value });
    expect(headersToStore(from, 40, NOW).get("Cache-Control")).toBe(expected);
  });

  test("has a Date, loses the Age that is counted already, and keeps the rest", () => {
    const from = new Headers({ Age: "20", Expires: DATE, ETag: '"1"' });
    const headers = headersToStore(from, 40, NOW);
    expect(Object.fromEntries(headers)).toEqual({
      "cache-control": "s-maxage=40",
      date: DATE,
      etag: '"1"',
      expires: DATE,
    });
    const before = new Date(NOW - 5000).toUTCString();
    expect(headersToStore(new Headers({ Date: before }), 1, NOW).get("Date")).toBe(before);
    // What cannot be read is as none.
    expect(headersToStore(new Headers({ Date: "2026" }), 1, NOW).get("Date")).toBe(DATE);
  });
});

function hit(headers: Record<string, string>): Response {
  return new Response("body", { headers });
}

describe("what comes out of it", () => {
  test("has an Age", () => {
    const answer = answerFromCache(hit({ Date: DATE }), "GET", NOW + 12_900);
    expect(answer.headers.get("Age")).toBe("12");
  });

  test("keeps the Age that the cache gave it, and never has a negative one", () => {
    const given = answerFromCache(hit({ Date: DATE, Age: "7" }), "GET", NOW + 12_000);
    expect(given.headers.get("Age")).toBe("7");
    expect(answerFromCache(hit({ Date: DATE }), "GET", NOW - 5000).headers.get("Age")).toBe("0");
  });

  test("has its body for GET and none for HEAD", async () => {
    expect(await answerFromCache(hit({}), "GET", NOW).text()).toBe("body");
    expect(answerFromCache(hit({}), "HEAD", NOW).body).toBeNull();
  });
});
