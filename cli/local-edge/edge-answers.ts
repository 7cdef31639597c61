import { STATUS_CODES, type ServerResponse } from "node:http";
import type { KeptAnswer } from "./edge-cache.ts";
import { TROUBLE_WORDS, type TroubleStatus } from "./pull-trouble.ts";

/** An answer that no origin gave. */
export function answerOwn(response: ServerResponse, status: number, words: string): void {
  const name = STATUS_CODES[status] ?? "the edge has no answer of the origin's";
  response.writeHead(status, name, {
    "Content-Type": "text/plain; charset=utf-8",
    "Cache-Control": "no-store",
  });
  response.end(`${status}: ${words}\n`);
}

/** The answer where the origin gave none. It says no more than Cloudflare does: why is in the origin's log. */
export function answerTrouble(response: ServerResponse, status: TroubleStatus): void {
  answerOwn(response, status, TROUBLE_WORDS[status]);
}

/** An answer from the cache: no pull was made. */
export function answerKept(
  response: ServerResponse,
  method: string,
  { answer, age }: { readonly answer: KeptAnswer; readonly age: number },
): void {
  for (let at = 0; at + 1 < answer.headers.length; at += 2) {
    response.appendHeader(answer.headers[at] as string, answer.headers[at + 1] as string);
  }
  // The origin's side may have a cache of its own.
  response.setHeader("Age", String(Number(response.getHeader("Age") ?? 0) + age));
  response.setHeader("CF-Cache-Status", "HIT");
  response.writeHead(answer.status);
  response.end(method === "HEAD" ? undefined : answer.body);
}
