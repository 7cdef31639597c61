import { describe, expect, test } from "vitest";
import { passedOn, pullHeaders } from "../../../cli/local-edge/pull-headers.ts";

const visitor = { address: "192.0.2.1", scheme: "https", ray: "0011223344556677-LOC" } as const;

/** The headers of a pull for what a visitor sent, by lower-case name; doubled ones as a list. */
function pulled(...sent: readonly string[]): Readonly<Record<string, readonly string[]>> {
  const headers = pullHeaders(sent, "docs.example.com", visitor);
  const byName: Record<string, string[]> = {};
  for (let at = 0; at < headers.length; at += 2) {
    (byName[(headers[at] as string).toLowerCase()] ??= []).push(headers[at + 1] as string);
  }
  return byName;
}

describe("a pull", () => {
  test("says who the visitor is, whatever the visitor said of it", () => {
    const forged = ["CF-Connecting-IP", "10.0.0.1", "cf-ray", "x", "CF-Visitor", "{}"];
    const headers = pulled("Host", "other.example", ...forged, "X-Forwarded-Proto", "http");
    expect(headers).toMatchObject({
      host: ["docs.example.com"],
      "cf-connecting-ip": ["192.0.2.1"],
      "cf-ray": [visitor.ray],
      "cf-visitor": ['{"scheme":"https"}'],
      "x-forwarded-proto": ["https"],
      "x-forwarded-for": ["192.0.2.1"],
    });
  });

  test("keeps what the visitor says of those before, in front of the edge's own word", () => {
    const headers = pulled("X-Forwarded-For", "10.0.0.1", "x-forwarded-for", "10.0.0.2");
    expect(headers["x-forwarded-for"]).toEqual(["10.0.0.1, 10.0.0.2, 192.0.2.1"]);
  });

  test("has nothing of the visitor's connection, nor what it nominates", () => {
    const sent = ["Connection", "close, X-Hop", "X-Hop", "1", "Keep-Alive", "5", "TE", "trailers"];
    sent.push("Upgrade", "websocket", "Transfer-Encoding", "chunked", "Expect", "100-continue");
    const headers = pulled(...sent);
    for (const name of ["connection", "x-hop", "keep-alive", "te", "upgrade", "expect"]) {
      expect(headers).not.toHaveProperty([name]);
    }
    expect(headers).not.toHaveProperty(["transfer-encoding"]);
  });

  test("carries everything else, also what only sounds like an identity: that is the origin's to disbelieve", () => {
    const headers = pulled("X-Pull-Hostname", "docs.example.com", "Cookie", "a=1", "Cookie", "b=2");
    expect(headers).toMatchObject({
      "x-pull-hostname": ["docs.example.com"],
      cookie: ["a=1", "b=2"],
    });
  });
});

test("an answer is handed on without what belongs to its connection", () => {
  const answer = ["Connection", "close", "Set-Cookie", "a", "Set-Cookie", "b", "TE", "x"];
  expect(passedOn(answer)).toEqual(["Set-Cookie", "a", "Set-Cookie", "b"]);
});
