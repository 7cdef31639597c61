import { describe, expect, it, test, vi } from "vitest";
import { isOrdinary } from "../../../origin-verifier/fast-path/is-ordinary.ts";
import type * as LineValuesModule from "../../../origin-verifier/fast-path/line-values.ts";
import type { PullHead } from "../../../origin-verifier/fast-path/pull-head.ts";
import { readStrictHead } from "../../../origin-verifier/request/request-head.ts";
import { head } from "../../support/http-world.ts";
import { rawHeadersOf, readPull, requestLineOf } from "../../support/read-heads.ts";

/** Every value that may be kept for the pulls to come: all that came into the store of them, and what was asked of it. */
const { kept } = vi.hoisted(() => ({ kept: new Set<string>() }));
vi.mock("../../../origin-verifier/fast-path/line-values.ts", async (original) => {
  const { createLineValues } = await original<typeof LineValuesModule>();
  const recording: typeof createLineValues = (meaningOf) =>
    createLineValues((text) => {
      kept.add(text);
      return meaningOf(text);
    });
  return { createLineValues: recording };
});

const plain = head("GET /a");
const names = (text: string) => readPull(text)?.names.all.map(({ lower }) => lower);
const pull = (text: string): PullHead => {
  const read = readPull(text);
  if (read === null) throw new Error("not read at all");
  return read;
};
const adding = (line: string): string => head("GET /a", line);

describe("the fast reader leaves to Node's parser", () => {
  test.each([
    ["nothing", ""],
    ["half a request line", "GET /a HT"],
    ["a head without its end", plain.slice(0, -1)],
    ["a head without headers", "GET /a HTTP/1.1\r\n\r\n"],
    ["an empty line before it", `\r\n${plain}`],
    ["a method that it does not know", head("PROPFIND /a")],
    ["CONNECT", head("CONNECT origin-shop.example.net:443")],
    ["TRACE", head("TRACE /a")],
    ["a method in lower case", head("get /a")],
    ["two blanks", plain.replace(" ", "  ")],
    ["a tab", plain.replace(" ", "\t")],
    ["an absolute target", head("GET http://origin-shop.example.net/")],
    ["an asterisk", head("OPTIONS *")],
    ["a fragment", head("GET /a#b")],
    ["a backslash", head("GET /a\\b")],
    ["a target that is not ASCII", head("GET /\xe4")],
    ["a control character in the target", head("GET /\x7f")],
    ["HTTP/1.0", plain.replace("1.1", "1.0")],
    ["HTTP/2.0", plain.replace("1.1", "2.0")],
    ["HTTP/1.1 and something", plain.replace("1.1\r", "1.1 \r")],
    ["a bare line feed", plain.replace("\r\n", "\n")],
    ["a bare line feed at the end", `${plain.slice(0, -2)}\n`],
    ["a carriage return alone", adding("X: a\rb")],
    ["two carriage returns", adding("X: a\r")],
    ["a folded line", adding("X: a\r\n b")],
    ["a line without a colon", adding("X")],
    ["a line without a name", adding(": a")],
    ["a blank before the colon", adding("X : a")],
    ["a blank before the name", adding(" X: a")],
    ["a name that is no token", adding("X(): a")],
    ["a name that is not ASCII", adding("X\xe4: a")],
    ["a NUL", adding("X: a\0b")],
    ["a control character", adding("X: a\x01b")],
    ["DEL", adding("X: a\x7fb")],
    ["Proxy-Connection, which Node's parser heeds", adding("proxy-connection: close")],
    ["chunked and a tab, which is another coding to it", adding("Transfer-Encoding: chunked\t")],
    ["chunked and a tab, and no blank before it", adding("Transfer-Encoding:chunked\t")],
    ["a length and a blank", adding("Content-Length: 5 ")],
    ["a length without a blank before it", adding("Content-Length:5")],
    ["a Connection and a tab", adding("Connection: close\t")],
  ])("%s", (_, text) => {
    expect(readPull(text)).toBeNull();
  });

  test.each([
    ["an Upgrade", ["Upgrade: websocket", "Connection: Upgrade"]],
    ["an Upgrade that Connection does not name", ["Upgrade: h2c"]],
    ["an Expect", ["Expect: 100-continue"]],
    ["a Connection that nominates something", ["Connection: X-A"]],
    ["a Connection that says two things", ["Connection: keep-alive, close"]],
    ["two Connections", ["Connection: close", "Connection: close"]],
  ])("%s", (_, lines) => {
    const strict = readStrictHead(pull(head("GET /", ...lines)), 99);
    expect(strict.ok && isOrdinary(strict.value)).toBe(false);
  });
});

describe("the fast reader", () => {
  it("says what the head is, and where it ends", () => {
    const text = head("POST /a?b=c", "X-Blank: \t a  b \t", "X-Empty:", "x-Obs: \xe4\xff");
    const read = pull(`${text}body`);
    const { method, end } = read;
    expect({ method, end, line: requestLineOf(read) }).toEqual({
      method: "POST",
      end: text.length,
      line: "POST /a?b=c HTTP/1.1",
    });
    expect(rawHeadersOf(read)).toEqual(
      [
        ["Host", "origin-shop.example.net"],
        ["X-Blank", "a  b"],
        ["X-Empty", ""],
        ["x-Obs", "\xe4\xff"],
      ].flat(),
    );
  });

  it("takes the white space of HTTP from a value, and no other", () => {
    expect(pull(adding("X-Forwarded-Host: \t\xa0a\xa0 ")).values.at(-1)).toBe("\xa0a\xa0");
  });

  it("knows names by what they are, in whatever order they come", () => {
    const [one, two] = [head("GET /", "X-A: 1", "X-B: 2"), head("GET /", "X-B: 1", "X-A: 2")];
    for (const _ of "123") {
      expect(names(one)).toEqual(["host", "x-a", "x-b"]);
      expect(names(two)).toEqual(["host", "x-b", "x-a"]);
      expect(names(head("GET /", "x-a: 1"))).toEqual(["host", "x-a"]);
    }
    expect(pull(head("GET /", "x-A: 1")).names.all.at(-1)?.written).toBe("x-A");
  });
});

describe("of the values that it reads, the fast reader keeps for the next pull", () => {
  test.each([
    ["X-Pull-Secret", "the-secret-of-this-test"],
    ["Cf-Access-Jwt-Assertion", "the.token.of-this-test"],
  ])("none of %s: whatever is kept outlives the pull", (name, value) => {
    for (const _ of "12") expect(pull(adding(`${name}: ${value}`)).values).toContain(value);
    expect([...kept]).not.toContain(value);
  });

  test("that of a line which everybody may know", () => {
    expect(pull(adding("X-Forwarded-Host: kept.example")).values).toContain("kept.example");
    expect([...kept]).toContain("kept.example");
  });
});
