import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isIdentityHeader } from "../../shared/wire.ts";
import { originHeaders, visitorAddress } from "../../worker/origin-headers.ts";
import { parsePublicUrl, type PublicUrl } from "../../worker/public-url.ts";
import { readVisit, type Visit } from "../../worker/visit.ts";

const ADDRESS = "203.0.113.7";
const OURS = {
  "accept-encoding": "identity",
  "cf-connecting-ip": ADDRESS,
  "x-forwarded-for": ADDRESS,
  "x-forwarded-host": "shop.example.com",
  "x-forwarded-proto": "https",
};

/** A visit with these headers, and nothing that Node's own `Headers` would add or take away. */
function visit(from: Iterable<[string, string]>): Visit {
  const url = "https://shop.example.com/";
  const request = { url, method: "GET", headers: new Headers([...from]) } as Request;
  return readVisit(request, parsePublicUrl(url) as PublicUrl);
}

/** What is sent for a visitor whose address the edge names. */
function pulled(from: readonly [string, string][]): Record<string, string> {
  const named = from.filter(([name]) => name.toLowerCase() !== "cf-connecting-ip");
  const headers = originHeaders(visit([...named, ["CF-Connecting-IP", ADDRESS]]), null);
  // Not by a `Headers` of Node's, which loses a name such as `__proto__` of an object's; but trimmed, as that does.
  const entries = headers instanceof Headers ? [...headers] : Object.entries(headers);
  return Object.fromEntries(entries.map(([name, value]) => [name, value.trim()]));
}

/** Makes that visit one whose headers are copied: what is not ASCII is no text. */
const COPIED: [string, string] = ["X-Copied", "\u00e9"];

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
      pulled([
        ["Upgrade", "WebSocket"],
        ["Sec-WebSocket-Protocol", "a, b"],
      ]),
    ).toEqual({
      ...OURS,
      upgrade: "websocket",
      "sec-websocket-protocol": "a, b",
    });
  });

  test("name no address where the edge named none", () => {
    for (const claimed of [[], [["CF-Connecting-IP", "not an address"]]] as [string, string][][]) {
      const headers = new Headers(originHeaders(visit(claimed), null));
      expect(headers.has("X-Forwarded-For")).toBe(false);
      expect(headers.has("CF-Connecting-IP")).toBe(false);
    }
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

  const token = fc.stringMatching(/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,30}$/);
  const names = fc.oneof(
    token,
    fc.constantFrom(
      "X-Forwarded-For",
      "X_PULL_x",
      "Accept-Encoding",
      "Connection",
      "Upgrade",
      "__proto__",
    ),
  );

  test("hold no claim but ours, whatever is sent", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(names, token)), (from) => {
        const claims = Object.entries(pulled(from)).filter(([name]) => isIdentityHeader(name));
        expect(OURS).toMatchObject(Object.fromEntries(claims));
      }),
    );
  });

  test("are the same, whether they are written as texts or copied", () => {
    const values = fc.oneof(
      token,
      fc.constantFrom("", "a, b", "websocket", "x-a, x-forwarded-for"),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(names, values)), (from) => {
        expect(originHeaders(visit(from), "a secret")).not.toBeInstanceOf(Headers);
        expect(originHeaders(visit([...from, COPIED]), "a secret")).toBeInstanceOf(Headers);
        const { "x-copied": copied, ...others } = pulled([...from, COPIED]);
        expect(others).toEqual(pulled(from));
        fc.pre(!from.some(([, value]) => value.toLowerCase().includes("x-copied")));
        expect(copied).toBe("\u00e9");
      }),
    );
  });

  test.each([["\u00e9"], ["a\u0001b"], ["\u00ff\u00fe"]])(
    "are copied where a value is no plain text: %j",
    (value) => {
      expect(originHeaders(visit([["X-Any", value]]), null)).toBeInstanceOf(Headers);
      // Of no one that is taken away.
      expect(originHeaders(visit([["X-Pull-Any", value]]), null)).not.toBeInstanceOf(Headers);
    },
  );

  test("are copied where two lines must not be one", () => {
    const cookies = [
      ["Set-Cookie", "a=1"],
      ["Set-Cookie", "b=2"],
    ] as [string, string][];
    const headers = originHeaders(visit(cookies), null);
    expect(headers).toBeInstanceOf(Headers);
    expect((headers as Headers).getSetCookie()).toEqual(["a=1", "b=2"]);
  });

  test("carry the entry's secret and no other, both ways", () => {
    for (const more of [[], [COPIED]]) {
      const headers = new Headers(
        originHeaders(visit([["X-Pull-Secret", "guessed"], ...more]), "own"),
      );
      expect(headers.get("X-Pull-Secret")).toBe("own");
    }
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
  const headers = new Map(value === null ? [] : [["cf-connecting-ip", value]]);
  expect(visitorAddress(headers)).toBe(expected);
});
