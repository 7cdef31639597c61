import { describe, expect, it, test } from "vitest";
import type { RefusalReason } from "../../../origin-verifier/judge/refusal.ts";
import { headerName } from "../../../origin-verifier/request/header-name.ts";
import {
  isOfOneConnection,
  readRequestHead,
  type RawHead,
} from "../../../origin-verifier/request/request-head.ts";

const HOST = "origin-shop.example.net";

/** A head that nothing is wrong with, and what is changed of it. */
function read(changes: Partial<RawHead> & { readonly headers?: readonly string[] } = {}) {
  const { headers = [], ...rest } = changes;
  const rawHeaders = ["Host", HOST, ...headers];
  const head = { httpVersion: "1.1", method: "GET", target: "/", rawHeaders, ...rest };
  return readRequestHead(head, 2_000);
}

function reasonOf(changes: Parameters<typeof read>[0]): RefusalReason | "read" {
  const outcome = read(changes);
  if (outcome.ok) return "read";
  // The operator is told what was wrong, whatever it was.
  expect(outcome.refusal.detail).not.toBe("");
  return outcome.refusal.reason;
}

function value(changes: Parameters<typeof read>[0]) {
  const outcome = read(changes);
  if (!outcome.ok) throw new Error(outcome.refusal.detail);
  return outcome.value;
}

/** Any number of header lines. */
const lines = (count: number) => Array.from({ length: count }, () => ["X", "1"]).flat();

const POST = { method: "POST" } as const;

describe("the version", () => {
  test.each(["0.9", "1.0", "1.2", "2.0", "11", "1.10"])("%s is not supported", (httpVersion) => {
    expect(reasonOf({ httpVersion })).toBe("version-not-supported");
  });
});

describe("the method", () => {
  test.each(["CONNECT", "TRACE"])("%s is not allowed, whatever its target", (method) => {
    expect(reasonOf({ method })).toBe("method-not-allowed");
    expect(reasonOf({ method, target: `${HOST}:443` })).toBe("method-not-allowed");
  });

  test.each(["GET", "HEAD", "POST", "DELETE", "OPTIONS", "PURGE"])("%s is read", (method) => {
    expect(reasonOf({ method })).toBe("read");
  });
});

describe("the target", () => {
  test.each([
    `https://${HOST}/`,
    `http://${HOST}/`,
    "",
    "page",
    "?a",
    "*",
    `${HOST}:443`,
    "/a#b",
    "#",
    "/a\\b",
    "/a b",
    "/a\tb",
    "/a\0",
    "/a\u007f",
    "/a\u0080",
    "/é",
    "/a\r\nb",
  ])("%j is refused", (target) => {
    expect(reasonOf({ target })).toBe("malformed-request");
  });

  test.each(["/", "/a/b?c=d&e=%20%00", "//a", "/a?http://b.test/", "/~!$&'()*+,;=:@\"<>[]^`{|}"])(
    "%j is read",
    (target) => {
      expect(reasonOf({ target })).toBe("read");
    },
  );

  it("* is read of OPTIONS alone", () => {
    expect(reasonOf({ method: "OPTIONS", target: "*" })).toBe("read");
    expect(reasonOf({ ...POST, target: "*" })).toBe("malformed-request");
    expect(reasonOf({ method: "OPTIONS", target: "**" })).toBe("malformed-request");
  });
});

describe("the header lines", () => {
  it("are refused beyond the limit, and read up to it", () => {
    expect(reasonOf({ headers: lines(1_999) })).toBe("read");
    expect(reasonOf({ headers: lines(2_000) })).toBe("headers-too-large");
    const tooMany = read({ headers: lines(2_000) });
    expect(tooMany).toMatchObject({ refusal: { detail: "2001 header lines" } });
  });

  test.each(["", "a b", "a:b", "a\tb", "é", "a\0", "(a)", "a[b]", 'a"'])(
    "the name %j is refused",
    (name) => {
      expect(reasonOf({ headers: [name, "1"] })).toBe("malformed-request");
    },
  );

  test.each(["a\rb", "a\nb", "a\0b", "a\u007fb", "a\u0001b", "a\u0100b"])(
    "the value %j is refused",
    (text) => {
      expect(reasonOf({ headers: ["X", text] })).toBe("malformed-request");
    },
  );

  test.each(["", "a\tb", "é", "\u00ff", " a "])("the value %j is read", (text) => {
    expect(reasonOf({ headers: ["X", text] })).toBe("read");
  });

  test.each([
    ["Host", HOST],
    ["Content-Length", "0"],
    ["Transfer-Encoding", "chunked"],
    ["Expect", "100-continue"],
    ["Upgrade", "websocket"],
    ["X-Forwarded-Host", "shop.example.com"],
  ])("two of %s are refused, in any case", (name, text) => {
    const once = name === "Host" ? [] : [name, text];
    const twice = [...once, name.toUpperCase(), text];
    expect(reasonOf({ ...POST, headers: once })).toBe("read");
    expect(reasonOf({ ...POST, headers: twice })).toBe("malformed-request");
  });

  it("two of any other are read", () => {
    expect(reasonOf({ headers: ["Cookie", "a=1", "Cookie", "b=2"] })).toBe("read");
  });
});

describe("Host", () => {
  it("must be there", () => {
    expect(reasonOf({ rawHeaders: [] })).toBe("malformed-request");
    expect(reasonOf({ rawHeaders: ["Hosts", HOST] })).toBe("malformed-request");
  });

  test.each([
    "",
    `${HOST}, ${HOST}`,
    `user@${HOST}`,
    `${HOST}/`,
    `${HOST}/path`,
    `https://${HOST}`,
    `a ${HOST}`,
    `${HOST}:`,
    `${HOST}:0`,
    `${HOST}:65536`,
    `${HOST}:443a`,
    `${HOST}:+443`,
    `${HOST}:0443`,
    `${HOST}:443:443`,
    `${HOST}..`,
    `.${HOST}`,
    "127.0.0.1",
    "[::1]",
    "*.example.net",
  ])("%j is refused", (text) => {
    expect(reasonOf({ rawHeaders: ["Host", text] })).toBe("malformed-request");
  });

  test.each([
    [HOST, null],
    [HOST.toUpperCase(), null],
    [`${HOST}.`, null],
    [`${HOST}:443`, 443],
    [`${HOST}:65535`, 65_535],
  ])("%j is read as the one name", (text, port) => {
    const { authority } = value({ rawHeaders: ["Host", text] });
    expect(authority).toEqual({ hostname: HOST, port });
  });
});

describe("the framing", () => {
  test.each([
    "gzip, chunked",
    "identity, chunked",
    ",chunked",
    "chunked,",
    "chunked, chunked",
    "identity",
    "gzip",
    "",
    "chunked;q=1",
    '"chunked"',
    "chunked\t",
    "xchunked",
    "chunked x",
  ])("Transfer-Encoding %j is refused", (text) => {
    expect(reasonOf({ ...POST, headers: ["Transfer-Encoding", text] })).toBe("malformed-request");
  });

  it("chunked is read in any case", () => {
    for (const text of ["chunked", "Chunked", "CHUNKED"]) {
      expect(value({ ...POST, headers: ["Transfer-Encoding", text] }).framing).toEqual({
        by: "chunks",
      });
    }
  });

  it("chunked beside a length is refused, in any order", () => {
    const [coding, length] = [
      ["Transfer-Encoding", "chunked"],
      ["Content-Length", "5"],
    ] as const;
    for (const headers of [
      [...coding, ...length],
      [...length, ...coding],
    ]) {
      expect(reasonOf({ ...POST, headers })).toBe("malformed-request");
    }
    expect(reasonOf({ ...POST, headers: [...coding, "Content-Length", "0"] })).toBe(
      "malformed-request",
    );
  });

  test.each([
    "",
    "+5",
    "-5",
    "5, 5",
    "5,5",
    "0x5",
    "5 5",
    "5.0",
    "1e1",
    "five",
    "9".repeat(16),
    "٥",
  ])("Content-Length %j is refused", (text) => {
    expect(reasonOf({ ...POST, headers: ["Content-Length", text] })).toBe("malformed-request");
  });

  test.each([
    ["5", { by: "length", bytes: 5 }],
    ["0", { by: "none" }],
    ["007", { by: "length", bytes: 7 }],
    ["999999999999999", { by: "length", bytes: 999_999_999_999_999 }],
  ])("Content-Length %j is read", (text, framing) => {
    expect(value({ ...POST, headers: ["Content-Length", text] }).framing).toEqual(framing);
  });

  it("is none where nothing frames", () => {
    expect(value(POST).framing).toEqual({ by: "none" });
  });

  test.each(["GET", "HEAD"])("no body is read on %s", (method) => {
    expect(reasonOf({ method, headers: ["Content-Length", "1"] })).toBe("body-not-allowed");
    expect(reasonOf({ method, headers: ["Transfer-Encoding", "chunked"] })).toBe(
      "body-not-allowed",
    );
    expect(reasonOf({ method, headers: ["Content-Length", "0"] })).toBe("read");
  });
});

describe("Expect", () => {
  it("is known to be 100-continue, in any case", () => {
    expect(value({ ...POST, headers: ["Expect", "100-Continue"] }).expectsContinue).toBe(true);
    expect(value(POST).expectsContinue).toBe(false);
  });

  test.each(["", "200-ok", "100-continue, 100-continue", "100-continue;a", "x100-continue"])(
    "%j fails",
    (text) => {
      expect(reasonOf({ ...POST, headers: ["Expect", text] })).toBe("expectation-failed");
    },
  );
});

describe("what is read besides", () => {
  it("is the hostname that was asked for, where it is one", () => {
    const forwarded = (text: string) =>
      value({ headers: ["X-Forwarded-Host", text] }).forwardedHost;
    expect(forwarded("Shop.Example.com")).toBe("shop.example.com");
    expect(forwarded("shop.example.com, blog.example.com")).toBeNull();
    expect(forwarded("shop.example.com:443")).toBeNull();
    expect(value({}).forwardedHost).toBeNull();
  });

  it("is the protocol of an Upgrade, as it is written", () => {
    expect(value({ headers: ["Upgrade", "WebSocket"] }).upgrade).toBe("WebSocket");
    expect(value({}).upgrade).toBeNull();
  });

  it("is all that Connection names, on all of its lines", () => {
    const headers = ["Connection", "close, X-A", "connection", " x-b ,, "];
    expect(value({ headers }).nominated).toEqual(["close", "x-a", "x-b"]);
  });
});

test("the first thing wrong is the one that is told, from the version to the framing", () => {
  const all = { httpVersion: "1.0", method: "TRACE", target: "*", headers: ["Host", "b"] };
  expect(reasonOf(all)).toBe("version-not-supported");
  expect(reasonOf({ ...all, httpVersion: "1.1" })).toBe("method-not-allowed");
});

describe("of one connection", () => {
  test.each(["connection", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade"])(
    "%s is, nominated or not",
    (name) => {
      expect(isOfOneConnection(headerName(name), new Set())).toBe(true);
    },
  );

  it("is what Connection nominates", () => {
    expect(isOfOneConnection(headerName("x-a"), new Set(["x-a"]))).toBe(true);
    expect(isOfOneConnection(headerName("x-b"), new Set(["x-a"]))).toBe(false);
  });

  test.each(["host", "content-length", "content-type"])("%s is not, even if nominated", (name) => {
    expect(isOfOneConnection(headerName(name), new Set([name]))).toBe(false);
  });
});
