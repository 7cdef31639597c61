import { describe, expect, it, test } from "vitest";
import type { AnswerHead } from "../../../origin-verifier/fast-path/answer-head.ts";
import { readAnswer, textOfLines } from "../../support/read-heads.ts";

/** The head of an answer, and what of it goes back. */
type Read = AnswerHead & { readonly lines: string; readonly hasDate: boolean };

const answer = (first: string, ...lines: readonly string[]): string =>
  [first, ...lines, "", ""].join("\r\n");

function read(text: string, method = "GET"): Read {
  const found = readAnswer(text, method);
  if (found === "more" || "broken" in found) throw new Error(JSON.stringify(found));
  return { ...found.head, lines: textOfLines(found.lines), hasDate: found.lines.hasDate };
}
const ok = (...lines: readonly string[]): Read => read(answer("HTTP/1.1 200 OK", ...lines));

describe("no answer", () => {
  test.each([
    ["HTTP/2.0", answer("HTTP/2.0 200 OK")],
    ["a status below 100", answer("HTTP/1.1 099 OK")],
    ["a status of two digits", answer("HTTP/1.1 20 OK")],
    ["a status of four", answer("HTTP/1.1 2000 OK")],
    ["two blanks before the status", answer("HTTP/1.1  200 OK")],
    ["a control character in the reason", answer("HTTP/1.1 200 O\x01K")],
    ["a bare line feed", "HTTP/1.1 200 OK\nA: b\r\n\r\n"],
    ["a folded line", answer("HTTP/1.1 200 OK", "A: b", " c")],
    ["a blank before the colon", answer("HTTP/1.1 200 OK", "A : b")],
    ["a NUL", answer("HTTP/1.1 200 OK", "A: \0")],
    ["two lengths", answer("HTTP/1.1 200 OK", "Content-Length: 1", "content-length: 1")],
    ["a length that is none", answer("HTTP/1.1 200 OK", "Content-Length: 1,1")],
    ["an empty length", answer("HTTP/1.1 200 OK", "Content-Length:")],
    ["two codings", answer("HTTP/1.1 200 OK", ...Array(2).fill("Transfer-Encoding: chunked"))],
    ["another coding", answer("HTTP/1.1 200 OK", "Transfer-Encoding: gzip, chunked")],
    ["chunked and a tab", answer("HTTP/1.1 200 OK", "Transfer-Encoding: chunked\t")],
    [
      "a length beside chunks",
      answer("HTTP/1.1 200 OK", "Content-Length: 1", "Transfer-Encoding: chunked"),
    ],
    ["chunks in HTTP/1.0", answer("HTTP/1.0 200 OK", "Transfer-Encoding: chunked")],
  ])("has %s", (_, text) => {
    expect(readAnswer(text, "GET")).toHaveProperty("broken");
  });
});

describe("the head of an answer", () => {
  it("goes back without what belongs to one connection, and without what is ours to say", () => {
    const lines = ["Server: x", "connection: X-A", "Keep-Alive: timeout=5", "X-A: 1", "TE: x"];
    const { lines: text } = ok(
      ...lines,
      "Trailer: y",
      "PULL-refusal: z",
      "X-B: 2",
      "Set-Cookie: a",
    );
    expect(text).toBe("HTTP/1.1 200 OK\r\nServer: x\r\nX-B: 2\r\nSet-Cookie: a\r\n");
  });

  it("goes back without a header that is named as what Connection says of the connection", () => {
    const { lines, keeps } = ok("Connection: close", "Close: x", "Content-Length: 0");
    expect({ lines, keeps }).toEqual({
      lines: "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n",
      keeps: false,
    });
    expect(ok("Close: x", "Content-Length: 0").lines).toContain("Close: x");
  });

  it("keeps what Connection may not take", () => {
    const head = ok(
      "Connection: content-length, set-cookie, vary, cache-control",
      "Content-Length: 5",
      "Set-Cookie: a",
      "Vary: *",
      "Cache-Control: x",
    );
    expect(head).toMatchObject({ framing: "length", length: 5 });
    expect(head.lines.split("\r\n")).toHaveLength(6);
  });

  it("says HTTP/1.1 whatever the application says, with a blank behind the status", () => {
    expect(read(answer("HTTP/1.0 404 Not here")).lines).toBe("HTTP/1.1 404 Not here\r\n");
    expect(read(answer("HTTP/1.1 200")).lines).toBe("HTTP/1.1 200 \r\n");
    expect(read(answer("HTTP/1.0 200")).lines).toBe("HTTP/1.1 200 \r\n");
    expect(read(answer("HTTP/1.1 200 ")).lines).toBe("HTTP/1.1 200 \r\n");
  });

  test.each([
    ["by its length", ok("Content-Length: 12"), "length", 12],
    ["by a length of nothing", ok("Content-Length: 0"), "none", 0],
    ["by chunks", ok("Transfer-Encoding: CHUNKED"), "chunks", 0],
    ["by the end of the connection", ok("A: b"), "close", 0],
    ["by its status", read(answer("HTTP/1.1 304 X", "Content-Length: 5")), "none", 0],
    ["by its request", read(answer("HTTP/1.1 200 OK", "Content-Length: 5"), "HEAD"), "none", 0],
  ])("frames its body %s", (_, head, framing, length) => {
    expect(head).toMatchObject({ framing, length });
  });

  it("tells no length of a 204, and a connection with one that has a body is not kept", () => {
    const head = read(answer("HTTP/1.1 204 X", "Content-Length: 5", "A: b"));
    expect(head).toMatchObject({ lines: "HTTP/1.1 204 X\r\nA: b\r\n", keeps: false });
    expect(read(answer("HTTP/1.1 204 X", "Content-Length: 0")).keeps).toBe(true);
    expect(read(answer("HTTP/1.1 204 X", "Transfer-Encoding: chunked")).keeps).toBe(false);
  });

  it("says whether the connection is kept, and for how long", () => {
    const length = "Content-Length: 0";
    expect(ok(length).keeps).toBe(true);
    expect(ok(length, "Connection: close").keeps).toBe(false);
    expect(ok(length, "Connection: keep-alive, Close").keeps).toBe(false);
    expect(read(answer("HTTP/1.0 200 OK", length)).keeps).toBe(false);
    expect(read(answer("HTTP/1.0 200 OK", length, "Connection: Keep-Alive")).keeps).toBe(true);
    expect(ok("A: b").keeps).toBe(false);
    expect(ok(length, "Keep-Alive: timeout=5, max=100").keepsMs).toBe(5_000);
    expect(ok(length, "Keep-Alive: max=100").keepsMs).toBe(Infinity);
  });

  it("is the same whatever was read before it", () => {
    const texts = [
      answer("HTTP/1.1 200 OK", "Date: x", "Connection: close", "Content-Length: 1"),
      answer("HTTP/1.1 200 OK", "Content-Length: 2", "Upgrade: h2c"),
      answer("HTTP/1.1 200 OK", "Upgrade: x", "Date: y"),
    ];
    const first = texts.map((text) => read(text));
    for (const _ of "123") expect(texts.map((text) => read(text))).toEqual(first);
    expect(first.map(({ hasDate }) => hasDate)).toEqual([true, false, true]);
  });
});
