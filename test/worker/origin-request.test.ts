import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseOrigin, type Origin } from "../../shared/origin.ts";
import { originRequest, originUrl, unpullable } from "../../worker/origin-request.ts";
import { parsePublicUrl, type PublicUrl } from "../../worker/public-url.ts";
import { readVisit } from "../../worker/visit.ts";

const origin = parseOrigin("https://origin-shop.example.net:8443") as Origin;

function publicUrl(raw: string): PublicUrl {
  return parsePublicUrl(raw) as PublicUrl;
}

test("no path leads to another origin, whatever a visitor writes", () => {
  const anything = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.webPath(),
    fc.constantFrom(
      "//evil.example",
      "/\\evil.example",
      "@evil.example",
      ":1@evil.example/",
      "/..",
    ),
  );
  fc.assert(
    fc.property(anything, fc.webQueryParameters(), (path, query) => {
      const visited = publicUrl(new URL(`https://shop.example.com/${path}?${query}`).href);
      const url = new URL(originUrl(origin, visited));
      expect(url.origin).toBe("https://origin-shop.example.net:8443");
      expect([url.username, url.password]).toEqual(["", ""]);
    }),
    { numRuns: 1000 },
  );
});

test("a pull keeps method, path and query, follows no redirect, and has a signal of its own", () => {
  const controller = new AbortController();
  const request = new Request("https://shop.example.com/a?b=%2F", { method: "POST" });
  const visit = readVisit(request, publicUrl(request.url));
  const [url, init] = originRequest(visit, origin, null, controller.signal);
  expect(url).toBe("https://origin-shop.example.net:8443/a?b=%2F");
  expect(init).toMatchObject({ method: "POST", body: null, redirect: "manual" });
  expect(init.signal).toBe(controller.signal);
});

describe("what cannot be pulled", () => {
  test.each([
    ["GET", true, 400],
    ["HEAD", true, 400],
    ["TRACE", false, 405],
    ["CONNECT", false, 405],
    ["GET", false, null],
    ["HEAD", false, null],
    ["OPTIONS", true, null],
    ["POST", true, null],
    ["DELETE", true, null],
  ] as const)("%s, with a body: %s, is answered %s", (method, hasBody, status) => {
    expect(unpullable(method, hasBody)).toBe(status);
  });
});
