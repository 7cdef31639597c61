import { describe, expect, test } from "vitest";
import { toVisitor } from "../../worker/visitor-headers.ts";

function visitorHeaders(from: Headers): Headers {
  const headers = new Headers(from);
  toVisitor(headers);
  return headers;
}

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

  test.each([
    "Vary",
    "Expires",
    "Age",
    "Date",
    "Content-Encoding",
    "Content-Range",
    "CDN-Cache-Control",
    "Cloudflare-CDN-Cache-Control",
  ])("keep %s, by which is judged whether to store, whoever nominates it", (name) => {
    const from = new Headers({ Connection: `${name}, X-Hop`, [name]: "x", "X-Hop": "1" });
    expect([...visitorHeaders(from).keys()]).toEqual([name.toLowerCase()]);
  });
});
