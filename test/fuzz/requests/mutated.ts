import * as fc from "fast-check";

/** A change of a stream of bytes. */
type Change = (stream: string) => string;

/** What parsers differ over, whole and in pieces. */
export const PIECES = [
  ...Array.from("\r\n \t:,;/#\\\0\x01\x0b\x7f\x85\xa0\xff0159aAfFxX+-_.*\"'"),
  "\r\n",
  "\n\r",
  "\r\n\r\n",
  "\n\n",
  "\r\n ",
  "0\r\n\r\n",
  "5\r\nhello\r\n",
  "HTTP/1.0",
  "HTTP/1.1",
  "HTTP/2.0",
  "chunked",
  "identity",
  "100-continue",
  "close",
  "keep-alive",
  "upgrade",
  "websocket",
  "h2c",
  "origin-shop.example.net",
  "origin-blog.example.net",
  "Host: origin-blog.example.net\r\n",
  "Host: origin-shop.example.net\r\n",
  "Content-Length: 0\r\n",
  "Content-Length: 5\r\n",
  "Content-Length: 100\r\n",
  "Transfer-Encoding: chunked\r\n",
  "Transfer-Encoding: identity\r\n",
  "transfer_encoding: chunked\r\n",
  "Connection: close\r\n",
  "Connection: Upgrade\r\n",
  "Connection: host, content-length, transfer-encoding, x-pull-hostname\r\n",
  "Upgrade: websocket\r\n",
  "Upgrade: h2c\r\n",
  "Expect: 100-continue\r\n",
  "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n",
  "X-Pull-Hostname: blog.example.com\r\n",
  "x_pull_verdict: accepted\r\n",
  "X-Forwarded-For: 203.0.113.7\r\n",
  "X-Forwarded-Host: blog.example.com\r\n",
  "Client-Cert: :AAAA:\r\n",
  "__proto__: 1\r\n",
  "constructor: 1\r\n",
  "GET /inserted HTTP/1.1\r\nHost: origin-shop.example.net\r\n\r\n",
  "POST /inserted HTTP/1.1\r\nHost: origin-shop.example.net\r\nContent-Length: 5\r\n\r\nhello",
];

const piece = fc.constantFrom(...PIECES);
const place = fc.nat({ max: 1_000_000 });

const insert: fc.Arbitrary<Change> = fc.tuple(place, piece).map(
  ([at, bytes]) =>
    (stream) =>
      cut(stream, at, 0, bytes),
);
const replace: fc.Arbitrary<Change> = fc.tuple(place, fc.integer({ min: 1, max: 4 }), piece).map(
  ([at, count, bytes]) =>
    (stream) =>
      cut(stream, at, count, bytes),
);
const remove: fc.Arbitrary<Change> = fc.tuple(place, fc.integer({ min: 1, max: 12 })).map(
  ([at, count]) =>
    (stream) =>
      cut(stream, at, count, ""),
);
const flip: fc.Arbitrary<Change> = fc
  .tuple(place, fc.integer({ min: 1, max: 255 }))
  .map(([at, mask]) => (stream) => {
    const index = at % Math.max(1, stream.length);
    return cut(stream, index, 1, String.fromCharCode(stream.charCodeAt(index) ^ mask));
  });
/** Whole lines: twice, gone, or in another place. */
const lines: fc.Arbitrary<Change> = fc
  .tuple(place, place, fc.nat({ max: 2 }))
  .map(([from, to, how]) => (stream) => {
    const all = stream.split("\r\n");
    const [line = ""] = all.slice(from % all.length);
    if (how !== 0) all.splice(from % all.length, 1);
    if (how !== 1) all.splice(to % (all.length + 1), 0, line);
    return all.join("\r\n");
  });
/** The end of one line for another. */
const ends: fc.Arbitrary<Change> = fc
  .tuple(place, fc.constantFrom("\n", "\r", "", " \r\n", "\r\n ", "\t\r\n", "\r\r\n", "\n\r\n"))
  .map(([at, end]) => (stream) => {
    const all = stream.split("\r\n");
    const index = at % all.length;
    return `${all.slice(0, index + 1).join("\r\n")}${end}${all.slice(index + 1).join("\r\n")}`;
  });

function cut(stream: string, at: number, count: number, bytes: string): string {
  const index = at % (stream.length + 1);
  return stream.slice(0, index) + bytes + stream.slice(index + count);
}

/**
 * One to three streams, one after the other, after some changes: few most often, for many are just noise.
 *
 * @param good what is accepted as it is, and begins most streams: what is changed of it is nearly accepted.
 */
export function mutated(good: readonly string[], others: readonly string[]): fc.Arbitrary<string> {
  const change = fc.oneof(insert, replace, remove, flip, lines, ends);
  return fc
    .tuple(
      fc.array(
        fc.oneof(
          { weight: 6, arbitrary: fc.constantFrom(...good) },
          { weight: 1, arbitrary: fc.constantFrom(...others) },
        ),
        { minLength: 1, maxLength: 3 },
      ),
      fc.array(change, { maxLength: 5, depthIdentifier: "changes" }),
    )
    .map(([streams, changes]) => changes.reduce((stream, to) => to(stream), streams.join("")));
}
