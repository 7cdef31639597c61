import { describe, expect, it, test } from "vitest";
import type { BodyRead } from "../../../origin-verifier/fast-path/body-reader.ts";
import { createChunkReader } from "../../../origin-verifier/fast-path/chunks.ts";

/** What came of a body that comes in pieces of this size. */
function read(text: string, size = text.length) {
  const reader = createChunkReader();
  let passed = "";
  let pieces = 0;
  let outcome: BodyRead = "more";
  let end = 0;
  for (let at = 0; at < text.length && outcome === "more"; at += size) {
    const bytes = Buffer.from(text.slice(at, at + size), "latin1");
    outcome = reader.read(bytes, 0, (piece) => {
      pieces += 1;
      passed += typeof piece === "string" ? piece : piece.toString("latin1");
    });
    if (outcome === "done") end = at + reader.end();
  }
  return { outcome, passed, pieces, end };
}

const long = "x".repeat(17_000);

describe("no chunked body", () => {
  test.each([
    ["no size", "\r\n"],
    ["a size that is none", "g\r\n"],
    ["a sign", "+5\r\nhello\r\n"],
    ["0x", "0x5\r\nhello\r\n"],
    ["an underscore", "1_0\r\n"],
    ["a blank before the size", " 5\r\nhello\r\n"],
    ["a blank behind it", "5 \r\nhello\r\n"],
    ["more digits than a number has", "ffffffffffffffff\r\n"],
    ["one digit more than a number has", "00000000000005\r\nhello\r\n0\r\n\r\n"],
    ["a bare line feed", "5\nhello\r\n"],
    ["two carriage returns", "5\r\r\nhello\r\n"],
    ["an extension without a name", "5;\r\nhello\r\n"],
    ["an extension with a control character", "5;a=\x01\r\nhello\r\n"],
    ["an extension whose quote does not end", '5;a="b\r\nhello\r\n'],
    ["more data than its size", "5\r\nhelloX\r\n"],
    ["less data than its size", "5\r\nhell\r\n0\r\n\r\n"],
    ["a line feed alone behind the data", "5\r\nhello\n0\r\n\r\n"],
    ["a folded trailer", "0\r\nA: b\r\n c\r\n\r\n"],
    ["a trailer without a colon", "0\r\nA\r\n\r\n"],
    ["a trailer that frames", "0\r\nContent-Length: 5\r\n\r\n"],
    ["a trailer that frames, in another case", "0\r\ntransfer-ENCODING: x\r\n\r\n"],
    ["a trailer that Node's parser heeds", "0\r\nConnection: close\r\n\r\n"],
    ["a trailer that Node's parser takes for it", "0\r\nProxy-Connection: close\r\n\r\n"],
    ["a trailer that would upgrade", "0\r\nUpgrade: h2c\r\n\r\n"],
  ])("has %s", (_, text) => {
    for (const size of [text.length, 1, 3]) expect(read(text, size).outcome).toBe("broken");
  });

  it("has more extensions or trailers than anybody needs", () => {
    for (const size of [1_000, 40_000]) {
      expect(read(`5;${long}\r\nhello\r\n`, size).outcome).toBe("extensions-too-large");
      expect(read(`5;${long}`, size).outcome).toBe("extensions-too-large");
      expect(read(`0\r\nA: ${long}\r\n\r\n`, size).outcome).toBe("trailers-too-large");
      expect(read(`0\r\n${"A: b\r\n".repeat(3_000)}\r\n`, size).outcome).toBe("trailers-too-large");
    }
  });
});

describe("a chunked body", () => {
  const plain = "5\r\nhello\r\n3\r\nyou\r\n0\r\n\r\n";

  it("that is framed plainly passes as it came", () => {
    expect(read(plain)).toMatchObject({
      outcome: "done",
      passed: plain,
      pieces: 2,
      end: plain.length,
    });
    for (let size = 1; size < plain.length; size += 1)
      expect(read(plain, size)).toMatchObject({ outcome: "done", passed: plain });
  });

  it("passes without extensions, without trailers, and with sizes in our own writing", () => {
    const odd =
      '0005;a;b=c;d="e\\"; f"\r\nhello\r\n0A\r\n0123456789\r\n00;x=y\r\nX-Pull-Verdict: accepted\r\nB:\r\n\r\n';
    const passed = "5\r\nhello\r\na\r\n0123456789\r\n0\r\n\r\n";
    for (let size = 1; size <= odd.length; size += 1)
      expect(read(odd, size)).toMatchObject({ outcome: "done", passed, end: odd.length });
  });

  it("may write a size in as many digits as a number has", () => {
    expect(read("0000000000005\r\nhello\r\n0\r\n\r\n")).toMatchObject({
      outcome: "done",
      passed: "5\r\nhello\r\n0\r\n\r\n",
    });
  });

  it("ends where it ends, whatever stands behind it", () => {
    expect(read(`${plain}GET / HTTP/1.1\r\n`)).toMatchObject({
      outcome: "done",
      passed: plain,
      end: plain.length,
    });
  });

  it("may hold what looks like its end", () => {
    const text = "5\r\n0\r\n\r\n\r\n0\r\n\r\n";
    for (const size of [1, 2, 100])
      expect(read(text, size)).toMatchObject({ outcome: "done", passed: text });
  });

  it("is open until its last byte", () => {
    for (let length = 1; length < plain.length; length += 1)
      expect(read(plain.slice(0, length)).outcome).toBe("more");
  });
});
