import { describe, expect, test } from "vitest";
import {
  contentLength,
  invalidates,
  mayLookUp,
  storableSeconds,
} from "../../worker/cache-rules.ts";
import { MAX_STORED_BYTES } from "../../worker/kept-copy.ts";

const NOW = Date.parse("2026-06-01T12:00:00Z");

function storable(
  answer: { status?: number; headers?: Record<string, string> },
  request: { method?: string; headers?: Record<string, string> } = {},
): number {
  return storableSeconds(
    { method: request.method ?? "GET", headers: new Map(new Headers(request.headers)) },
    {
      status: answer.status ?? 200,
      headers: new Headers({ "Cache-Control": "max-age=60", ...answer.headers }),
    },
    NOW,
  );
}

describe("the cache may answer", () => {
  test.each([
    ["GET", {}, true],
    ["HEAD", {}, true],
    ["GET", { Cookie: "a=1", Range: "bytes=0-1", "If-None-Match": "*" }, true],
    ["GET", { "Cache-Control": "no-cache" }, true],
    ["POST", {}, false],
    ["OPTIONS", {}, false],
    ["get", {}, false],
    ["GET", { Authorization: "Bearer a" }, false],
    ["GET", { "Cf-Access-Jwt-Assertion": "a.b.c" }, false],
    ["HEAD", { authorization: "Bearer a" }, false],
    ["GET", { Upgrade: "websocket" }, false],
    ["GET", { "If-Match": "*" }, false],
    ["GET", { "If-Unmodified-Since": "x" }, false],
    ["GET", { "If-Range": "x" }, false],
    ["GET", { "X-HTTP-Method-Override": "DELETE" }, false],
    ["GET", { "X-Method-Override": "DELETE" }, false],
    ["GET", { "X-HTTP-Method": "DELETE" }, false],
    // As CGI's heirs read them.
    ["GET", { X_HTTP_Method_Override: "DELETE" }, false],
    ["GET", { "X.HTTP.Method.Override": "DELETE" }, false],
    ["HEAD", { x_method_override: "DELETE" }, false],
    ["GET", { "X_HTTP-Method": "DELETE" }, false],
    ["GET", { Cf_Access_Jwt_Assertion: "a.b.c" }, false],
    ["GET", { If_Range: "x" }, false],
    ["GET", { "X-HTTP-Method-Overridden": "DELETE" }, true],
  ])("%s with %o: %s", (method, headers, expected) => {
    const given = new Map(new Headers(headers as Record<string, string>));
    expect(mayLookUp(method, given)).toBe(expected);
  });
});

describe("is stored for what is left of its freshness", () => {
  test.each([200, 203, 204, 300, 301, 302, 307, 308, 404, 410])("a %i", (status) => {
    expect(storable({ status })).toBe(60);
  });

  test.each<[string, Record<string, string>]>([
    ["Vary: Accept-Encoding", { Vary: "accept-encoding, Accept-Encoding" }],
    ["an empty Vary", { Vary: "" }],
    ["Content-Encoding: identity", { "Content-Encoding": "Identity" }],
    ["a length at the bound", { "Content-Length": String(MAX_STORED_BYTES) }],
    ["must-revalidate", { "Cache-Control": "max-age=60, must-revalidate, proxy-revalidate" }],
  ])("one with %s", (_what, headers) => {
    expect(storable({ headers })).toBe(60);
  });
});

describe("is not stored", () => {
  test.each([100, 101, 201, 202, 206, 303, 304, 400, 401, 403, 405, 416, 421, 429])(
    "a %i",
    (status) => {
      expect(storable({ status })).toBe(0);
    },
  );

  test("any server's error", () => {
    for (let status = 500; status < 600; status += 1) expect(storable({ status })).toBe(0);
  });

  test.each<[string, Record<string, string>]>([
    ["no-store", { "Cache-Control": "max-age=60, No-Store" }],
    ["private", { "Cache-Control": "private, max-age=60" }],
    ["private for a field", { "Cache-Control": 'private="X-Name", max-age=60' }],
    ["no-cache", { "Cache-Control": "no-cache, max-age=60" }],
    ["no-cache for a field", { "Cache-Control": 'no-cache="Set-Cookie", max-age=60' }],
    ["no freshness", { "Cache-Control": "public" }],
    ["CDN-Cache-Control: no-store", { "CDN-Cache-Control": "no-store" }],
    ["CDN-Cache-Control: max-age", { "CDN-Cache-Control": "max-age=600" }],
    ["Cloudflare-CDN-Cache-Control", { "Cloudflare-CDN-Cache-Control": "private, no-store" }],
    ["Set-Cookie", { "Set-Cookie": "a=1" }],
    ["Content-Range", { "Content-Range": "bytes 0-1/2" }],
    ["Vary: *", { Vary: "*" }],
    ["Vary: Cookie", { Vary: "Cookie" }],
    ["Vary: Accept-Encoding and Origin", { Vary: "Accept-Encoding, Origin" }],
    ["Content-Encoding: gzip", { "Content-Encoding": "gzip" }],
    ["a length above the bound", { "Content-Length": String(MAX_STORED_BYTES + 1) }],
  ])("one with %s", (_what, headers) => {
    expect(storable({ headers })).toBe(0);
  });

  test.each(["HEAD", "POST", "PUT", "OPTIONS"])("an answer to %s", (method) => {
    expect(storable({}, { method })).toBe(0);
  });

  test("an answer to a visitor who says no-store", () => {
    expect(storable({}, { headers: { "Cache-Control": "no-cache, no-store" } })).toBe(0);
  });
});

test.each([
  ["POST", 200, true],
  ["PUT", 204, true],
  ["DELETE", 302, true],
  ["PATCH", 200, true],
  ["PURGE", 200, true],
  ["POST", 404, false],
  ["POST", 502, false],
  ["GET", 200, false],
  ["HEAD", 200, false],
  ["OPTIONS", 200, false],
])("%s answered %i invalidates what is stored: %s", (method, status, expected) => {
  expect(invalidates(method, status)).toBe(expected);
});

test.each([
  ["12", 12],
  ["0", 0],
  ["-1", null],
  ["1, 1", null],
  ["", null],
  [null, null],
])("Content-Length %s is %s", (value, expected) => {
  const headers = new Headers(value === null ? {} : { "Content-Length": value });
  expect(contentLength(headers)).toBe(expected);
});

test("the first of the errors drops nothing, and the last that is none does", () => {
  expect([399, 400].map((status) => invalidates("POST", status))).toEqual([true, false]);
});
