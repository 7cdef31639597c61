import { answerHeaders } from "../../../origin-verifier/application/answer-headers.ts";
import { head } from "../../support/http-world.ts";
import { chanceOf, madeUp } from "./chance.ts";
import { readFast, readFastAnswer, type Message } from "./fast-reader.ts";
import { parseAsNode } from "./node-parser.ts";
import { readNode, readNodeAnswers } from "./node-reader.ts";

/** What is changed, and nearly accepted. */
export const REQUESTS: readonly string[] = [
  head("GET /a?b=c", "X: y", "Cookie: a=1"),
  head("HEAD /", "Connection: keep-alive"),
  `${head("POST /length", "Content-Length: 5", "Content-Type: text/plain")}hello`,
  `${head("DELETE /chunks", "Transfer-Encoding: chunked")}5\r\nhello\r\n3;ext=1;q="a\\"b"\r\nyou\r\n0\r\n\r\n`,
  `${head("POST /trailers", "Transfer-Encoding: chunked")}1\r\na\r\n000\r\nX: y\r\nY:\r\n\r\n`,
  `${head("PUT /large", "Transfer-Encoding: Chunked")}1e\r\n${"GET / HTTP/1.1\r\n".padEnd(30, "x")}\r\n0\r\n\r\n`,
  head("OPTIONS /options", "X-Forwarded-For: 203.0.113.7", "X-Forwarded-Host: shop.example.com"),
  head("PATCH /", "Content-Length: 0", "X-Obs: \xe4\xff", "X-Empty:", "X-Blank: \t a  b \t"),
  head("GET /last", "Connection: close"),
];

/** Answers alike. */
export const ANSWERS: readonly string[] = [
  "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nServer: x\r\n\r\nhello",
  "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nVary: *\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
  'HTTP/1.1 200\r\nTransfer-Encoding: chunked\r\n\r\n5;a="b"\r\nhello\r\n00\r\nX-T: 1\r\n\r\n',
  "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nPull-Refusal: x\r\nConnection: close\r\n\r\n",
  "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nKeep-Alive: timeout=5\r\n\r\nto the end",
  "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 204 No Content\r\nX: y\r\n\r\n",
  "HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\nETag: x\r\n\r\n",
  "HTTP/1.1 200 OK\r\nConnection: X-A, close\r\nX-A: 1\r\nSet-Cookie: a\r\nset-cookie: b\r\n\r\nbody",
];

/** What came of a run. */
export interface Compared {
  /** How many inputs there were. */
  readonly inputs: number;
  /** How many messages the fast reader took: a reader that takes nothing disagrees with nobody. */
  readonly taken: number;
  /** What the two readers differ over, each with its input. */
  readonly differences: readonly string[];
}

const AT_ONCE = 64;

/** By what Node reads: `http`, all of it, over streams; `parser`, its parser alone, for millions of inputs. */
export type By = "http" | "parser";

/** Requests by both readers: whatever the fast one takes, Node's parser reads as the same. */
export async function compareRequests(
  inputs: number,
  seed: number,
  by: By = "http",
): Promise<Compared> {
  const chance = chanceOf(seed);
  const differences: string[] = [];
  let taken = 0;
  for (let done = 0; done < inputs && differences.length < 10; done += AT_ONCE) {
    const streams = Array.from({ length: AT_ONCE }, () => madeUp(REQUESTS, chance));
    const fast = streams.map((stream) => readFast(stream, chance));
    const node =
      by === "http"
        ? await readNode(streams, chance)
        : streams.map((stream) => parseAsNode(stream, null, chance));
    for (const [at, stream] of streams.entries()) {
      for (const [place, message] of (fast[at] ?? []).entries()) {
        taken += 1;
        const why = differenceOf(message, node[at]?.[place]);
        if (why !== null) differences.push(`${why}: request ${place} of ${JSON.stringify(stream)}`);
      }
    }
  }
  return { inputs, taken, differences };
}

/** Answers by both readers. */
export async function compareAnswers(
  inputs: number,
  seed: number,
  by: By = "http",
): Promise<Compared> {
  const chance = chanceOf(seed);
  const differences: string[] = [];
  let taken = 0;
  for (let done = 0; done < inputs && differences.length < 10; done += AT_ONCE) {
    const streams = Array.from({ length: AT_ONCE }, () => madeUp(ANSWERS, chance));
    const methods = streams.map(() => (chance(8) === 0 ? "HEAD" : "GET"));
    const fast = streams.map((stream, at) => readFastAnswer(stream, methods[at] ?? "", chance));
    const node =
      by === "http"
        ? await readNodeAnswers(streams, methods, chance)
        : streams.map((stream, at) => parseAsNode(stream, methods[at] ?? "GET", chance)[0]);
    for (const [at, message] of fast.entries()) {
      if (message === null) continue;
      taken += 1;
      const its = node[at] ?? undefined;
      const shown = its && {
        ...its,
        headers: withoutLength(message.first, answerHeaders(its.headers)),
      };
      const why = differenceOf(message, shown);
      if (why !== null) differences.push(`${why}: ${methods[at]} ${JSON.stringify(streams[at])}`);
    }
  }
  return { inputs, taken, differences };
}

function withoutLength(status: string, headers: readonly string[]): readonly string[] {
  if (status !== "204") return headers;
  return headers.filter((_, at) => headers[at - (at % 2)]?.toLowerCase() !== "content-length");
}

function differenceOf(fast: Message, node: Message | undefined): string | null {
  if (node === undefined) return "Node's parser sees no such message";
  if (fast.first !== node.first) return `it begins otherwise (${node.first})`;
  const [ours, its] = [fast, node].map(({ headers }) => JSON.stringify(headers));
  if (ours !== its) return `other headers (${ours} ${its})`;
  // What is read of a body before it breaks depends on how it came in pieces.
  if (fast.ends !== "whole") {
    const alike = fast.body.startsWith(node.body) || node.body.startsWith(fast.body);
    if (!alike) return `another beginning of a body (${node.body})`;
    return fast.ends === "open" && node.ends === "whole" ? "an end that was not seen" : null;
  }
  if (fast.body !== node.body) return `another body (${JSON.stringify(node.body)})`;
  return node.ends === "whole" ? null : "an end that is none";
}
