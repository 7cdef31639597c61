import { head, webSocketHead } from "../../conformance/http-pull.ts";

/** A stream of bytes that was handled wrongly once, by this verifier or by what it is built on. */
export interface Found {
  readonly what: string;
  readonly stream: string;
}

const garbage = "GARBAGE\r\n\r\n";

/** The corpus: it grows by what the fuzzing finds, and each is tried before all else. */
export const FOUND: readonly Found[] = [
  {
    what: "a header named __proto__ ended the process",
    stream: head("GET /", "__proto__: 1", "constructor: 2"),
  },
  {
    what: "the answer to garbage was taken for the answer to the request before it",
    stream: head("GET /first") + garbage,
  },
  {
    what: "the answer to a refused WebSocket was taken for the answer to the request before it",
    stream: head("GET /first") + webSocketHead("/socket"),
  },
  {
    what: "the body that broke behind a waiting request was handed on without an end",
    stream: `${head("GET /first")}${head("POST /second", "Transfer-Encoding: chunked")}5\r\nhelloX${garbage}`,
  },
  {
    what: "bytes after the last request were answered in its place",
    stream: head("GET /last", "Connection: close") + garbage,
  },
];
