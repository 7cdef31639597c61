import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Hostname } from "../../shared/hostname.ts";
import { isIdentityHeader } from "../../shared/wire.ts";
import {
  makeOriginHeaders,
  makeVisitorHeaders,
  visitorAddress,
  type Visitor,
} from "../../worker/origin-headers.ts";

const visitor = {
  hostname: "shop.example.com" as Hostname,
  protocol: "https",
  address: "203.0.113.7",
} as const;

const OURS = {
  "accept-encoding": "identity",
  "cf-connecting-ip": "203.0.113.7",
  "x-forwarded-for": "203.0.113.7",
  "x-forwarded-host": "shop.example.com",
  "x-forwarded-proto": "https",
};

function pulled(from: [string, string][], isWebSocket = false): Record<string, string> {
  return Object.fromEntries(originHeaders(new Headers(from), visitor, isWebSocket));
}

function originHeaders(from: Headers, ...rest: OfAPull): Headers {
  const headers = new Headers(from);
  makeOriginHeaders(headers, from, ...rest);
  return headers;
}
type OfAPull = [visitor: Visitor, isWebSocket: boolean];

function visitorHeaders(from: Headers): Headers {
  const headers = new Headers(from);
  makeVisitorHeaders(headers, from);
  return headers;
}

describe("the headers of a pull", () => {
  test("are the visitor's and ours", () => {
    expect(
      pulled([
        ["Accept", "text/html"],
        ["Cookie", "a=1"],
      ]),
    ).toEqual({
      ...OURS,
      accept: "text/html",
      cookie: "a=1",
    });
  });

  test.each([
    "X-Forwarded-For",
    "x_forwarded_for",
    "X-FORWARDED-HOST",
    "X-Forwarded-Anything",
    "Forwarded",
    "X-Real-IP",
    "True-Client-IP",
    "CF-Connecting-IP",
    "Cf_Connecting_IPv6",
    "Client-Cert",
    "Client-Cert-Chain",
    "X-Client-Cert",
    "Cf-Client-Cert-Der-Base64",
    "X-SSL-Client-Verify",
    "SSL_CLIENT_S_DN",
    "X-Pull-Hostname",
    "x_pull_verdict",
    "X-Pull-Anything",
    "Pull-Refusal",
  ])("never hold what a visitor says in %s", (name) => {
    expect(Object.values(pulled([[name, "claimed"]]))).not.toContain("claimed");
  });

  test.each([
    "Keep-Alive",
    "Proxy-Authenticate",
    "Proxy-Authorization",
    "Proxy-Connection",
    "TE",
    "Trailer",
    "Transfer-Encoding",
    "Upgrade",
    "Connection",
    "Host",
    "Content-Length",
    "Expect",
    "Sec-WebSocket-Key",
    "Sec-WebSocket-Version",
    "Sec-WebSocket-Extensions",
  ])("never hold %s, which is of one connection or the runtime's own", (name) => {
    expect(pulled([[name, "1"]])).toEqual(OURS);
  });

  test("lose what Connection nominates, and none of ours", () => {
    const nominated = [
      ["Connection", "X-A , x-b,close"],
      ["Connection", "X-Forwarded-For, Accept-Encoding"],
      ["X-A", "1"],
      ["X-B", "1"],
      ["X-C", "1"],
    ] as [string, string][];
    expect(pulled(nominated)).toEqual({ ...OURS, "x-c": "1" });
  });

  test("ask for one representation, whatever the visitor accepts", () => {
    expect(pulled([["Accept-Encoding", "br, gzip;q=0"]])).toEqual(OURS);
  });

  test("of a WebSocket ask for one, and keep its protocols", () => {
    expect(
      pulled(
        [
          ["Upgrade", "WebSocket"],
          ["Sec-WebSocket-Protocol", "a, b"],
        ],
        true,
      ),
    ).toEqual({
      ...OURS,
      upgrade: "websocket",
      "sec-websocket-protocol": "a, b",
    });
  });

  test("name no address where the edge named none", () => {
    const headers = originHeaders(new Headers(), { ...visitor, address: null }, false);
    expect(headers.has("X-Forwarded-For")).toBe(false);
    expect(headers.has("CF-Connecting-IP")).toBe(false);
  });

  test("hold no claim, however many names somebody has sent before", () => {
    for (let round = 0; round < 3; round += 1) {
      const many = Array.from({ length: 400 }, (_, index) => [`X-Name-${index}`, "1"]);
      const claim = [`X-Pull-${round}`, "claimed"];
      const headers = pulled([claim, ...many, claim] as [string, string][]);
      expect(Object.values(headers)).not.toContain("claimed");
      expect(headers).toMatchObject({ "x-name-0": "1", "x-name-399": "1" });
    }
  });

  test("hold no claim but ours, whatever is sent", () => {
    const token = fc.stringMatching(/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,30}$/);
    const names = fc.oneof(token, fc.constantFrom("X-Forwarded-For", "X_PULL_x", "Connection"));
    fc.assert(
      fc.property(fc.array(fc.tuple(names, token)), (from) => {
        const claims = Object.entries(pulled(from)).filter(([name]) => isIdentityHeader(name));
        expect(OURS).toMatchObject(Object.fromEntries(claims));
      }),
    );
  });
});

test.each([
  ["203.0.113.7", "203.0.113.7"],
  ["2001:db8::1", "2001:db8::1"],
  ["::ffff:203.0.113.7", "::ffff:203.0.113.7"],
  ["203.0.113.7, 198.51.100.1", null],
  ["unknown", null],
  ["", null],
  [null, null],
])("the address in CF-Connecting-IP: %s is %s", (value, expected) => {
  const headers = new Headers(value === null ? {} : { "CF-Connecting-IP": value });
  expect(visitorAddress(headers)).toBe(expected);
});

describe("the headers of an answer", () => {
  test("lose what is of one connection, and Pull-Refusal", () => {
    const from = new Headers({
      Connection: "X-Hop, not a token(), close",
      "X-Hop": "1",
      "Keep-Alive": "timeout=5",
      "Transfer-Encoding": "chunked",
      Upgrade: "h2c",
      "Pull-Refusal": "12345678",
      "Sec-WebSocket-Accept": "x",
      "X-Kept": "1",
      "Content-Type": "text/plain",
    });
    expect(Object.fromEntries(visitorHeaders(from))).toEqual({
      "x-kept": "1",
      "content-type": "text/plain",
    });
  });

  test("keep every Set-Cookie and what says whether to store, whoever nominates them", () => {
    const from = new Headers({
      Connection: "Set-Cookie, Cache-Control",
      "Cache-Control": "private",
    });
    from.append("Set-Cookie", "a=1");
    from.append("Set-Cookie", "b=2");
    const headers = visitorHeaders(from);
    expect(headers.getSetCookie()).toEqual(["a=1", "b=2"]);
    expect(headers.get("Cache-Control")).toBe("private");
  });
});
