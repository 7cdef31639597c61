import { describe, expect, it, test } from "vitest";
import { readRequestHead } from "../../../origin-verifier/request/request-head.ts";
import { webSocketRefusal } from "../../../origin-verifier/request/web-socket-head.ts";

const KEY = "dGhlIHNhbXBsZSBub25jZQ==";
const GOOD: readonly (readonly [string, string])[] = [
  ["Connection", "Upgrade"],
  ["Upgrade", "websocket"],
  ["Sec-WebSocket-Version", "13"],
  ["Sec-WebSocket-Key", KEY],
];

/** The reason for which a handshake with these lines is refused; null where it is not. */
function refusalOf(lines: readonly (readonly [string, string])[], method = "GET", early = 0) {
  const rawHeaders = [["Host", "a.test"], ...lines].flat();
  const head = readRequestHead({ httpVersion: "1.1", method, target: "/", rawHeaders }, 99);
  if (!head.ok) throw new Error(head.refusal.detail);
  const refused = webSocketRefusal(method, rawHeaders, head.value, early);
  expect(refused?.detail).not.toBe("");
  return refused?.reason ?? null;
}

/** The good handshake with one line written otherwise, or left out. */
const but = (name: string, ...texts: readonly string[]) => [
  ...GOOD.filter(([other]) => other !== name),
  ...texts.map((text) => [name, text] as const),
];

describe("is no WebSocket handshake", () => {
  test.each([
    ["without Upgrade", but("Upgrade")],
    ["to h2c", but("Upgrade", "h2c")],
    ["to a list", but("Upgrade", "websocket, h2c")],
    ["to a version of it", but("Upgrade", "websocket/13")],
    ["without Connection", but("Connection")],
    ["whose Connection does not name Upgrade", but("Connection", "keep-alive, upgrades")],
    ["without a version", but("Sec-WebSocket-Version")],
    ["of version 8", but("Sec-WebSocket-Version", "8")],
    ["of two versions", but("Sec-WebSocket-Version", "13", "13")],
    ["of a list of versions", but("Sec-WebSocket-Version", "13, 8")],
    ["without a key", but("Sec-WebSocket-Key")],
    ["with two keys", but("Sec-WebSocket-Key", KEY, KEY)],
    ["with a key of 15 bytes", but("Sec-WebSocket-Key", "AAAAAAAAAAAAAAAAAAAA")],
    ["with a key of 17 bytes", but("Sec-WebSocket-Key", "AAAAAAAAAAAAAAAAAAAAAAA=")],
    ["with a key behind something", but("Sec-WebSocket-Key", `A${KEY}`)],
    ["with a key before something", but("Sec-WebSocket-Key", `${KEY}A`)],
    [
      "with a version that another header names",
      but("Sec-WebSocket-Version", "").flatMap(([name, text]): [string, string][] =>
        name === "Sec-WebSocket-Version"
          ? [
              ["X-A", "Sec-WebSocket-Version"],
              ["13", "1"],
            ]
          : [[name, text]],
      ),
    ],
    ["with a key that is no base64", but("Sec-WebSocket-Key", "!!!!!!!!!!!!!!!!!!!!!!==")],
  ])("%s", (_, lines) => {
    expect(refusalOf(lines)).toBe("malformed-request");
  });

  it("as anything but GET", () => {
    for (const method of ["POST", "HEAD", "OPTIONS"]) {
      expect(refusalOf(GOOD, method)).toBe("malformed-request");
    }
  });

  it("with a body", () => {
    for (const framing of [
      ["Content-Length", "1"],
      ["Transfer-Encoding", "chunked"],
    ] as const) {
      expect(refusalOf([...GOOD, framing], "POST")).toBe("malformed-request");
    }
  });

  it("with a body, even were it a GET", () => {
    const rawHeaders = [["Host", "a.test"], ...GOOD].flat();
    const raw = { httpVersion: "1.1", method: "GET", target: "/", rawHeaders };
    const head = readRequestHead(raw, 99);
    if (!head.ok) throw new Error(head.refusal.detail);
    const framed = { ...head.value, framing: { by: "chunks" } } as const;
    expect(webSocketRefusal("GET", rawHeaders, framed, 0)?.reason).toBe("malformed-request");
  });

  it("with bytes behind its head", () => {
    expect(refusalOf(GOOD, "GET", 1)).toBe("malformed-request");
  });
});

test.each([
  ["as RFC 6455 has it", GOOD],
  ["in any case", but("Upgrade", "WebSocket")],
  ["with more in Connection", but("Connection", "keep-alive, upgrade")],
  ["with Connection on two lines", but("Connection", "keep-alive", "Upgrade")],
])("is one %s", (_, lines) => {
  expect(refusalOf(lines)).toBeNull();
});
