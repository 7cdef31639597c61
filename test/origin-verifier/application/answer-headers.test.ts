import { expect, it, test } from "vitest";
import { answerHeaders } from "../../../origin-verifier/application/answer-headers.ts";

it("hands back what is the application's, in its order and as it is written", () => {
  const headers = [
    "Set-Cookie",
    "a",
    "set-cookie",
    "b",
    "Content-Length",
    "5",
    "X",
    "é",
    "Date",
    "d",
  ];
  expect(answerHeaders(headers)).toEqual(headers);
});

test.each(["Pull-Refusal", "pull-refusal", "PULL-REFUSAL"])(
  "%s is ours alone to say, however often it is said",
  (name) => {
    expect(answerHeaders([name, "x", "A", "1", name, "y"])).toEqual(["A", "1"]);
  },
);

test.each([
  "Connection",
  "Keep-Alive",
  "Transfer-Encoding",
  "Upgrade",
  "Trailer",
  "TE",
  "Proxy-Authenticate",
])("%s is the application's connection's alone", (name) => {
  expect(answerHeaders([name, "x", "A", "1"])).toEqual(["A", "1"]);
});

it("keeps back what Connection names, on any of its lines and in any case", () => {
  const headers = [
    "X-A",
    "1",
    "Connection",
    "X-a, close",
    "X-B",
    "2",
    "connection",
    "x-b",
    "C",
    "3",
  ];
  expect(answerHeaders(headers)).toEqual(["C", "3"]);
});

it("keeps what any other header names", () => {
  const headers = ["Vary", "x-a", "X-A", "1", "Access-Control-Expose-Headers", "x-a, set-cookie"];
  expect(answerHeaders([...headers, "Set-Cookie", "a"])).toEqual([...headers, "Set-Cookie", "a"]);
});

it("keeps the length, whoever names it: the answer's end hangs on it", () => {
  const headers = ["Connection", "content-length", "Content-Length", "5"];
  expect(answerHeaders(headers)).toEqual(["Content-Length", "5"]);
});

test.each([
  "Content-Length",
  "Content-Encoding",
  "Content-Range",
  "Set-Cookie",
  "Cache-Control",
  "CDN-Cache-Control",
  "Cloudflare-CDN-Cache-Control",
  "Expires",
  "Age",
  "Date",
  "Vary",
])(
  "%s stays, whoever nominates it: a cache or the peer would take the answer for another",
  (name) => {
    const headers = answerHeaders(["Connection", `close, ${name}`, name, "1"]);
    expect(headers).toEqual([name, "1"]);
  },
);
