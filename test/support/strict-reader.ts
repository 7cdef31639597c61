/**
 * A strict reader of HTTP/1.1 requests, written from RFC 9112 and from the promises alone: it shares no code with the
 * verifier and none with Node's parser. It says what a stream of bytes may at most come to, and takes apart what an
 * application got.
 */

/** One request whose head may pass. Where its body is broken, it is the last. */
export interface ReadRequest {
  readonly method: string;
  readonly target: string;
  /** Name and value, as they are written. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string;
  readonly trailers: readonly (readonly [name: string, value: string])[];
  /** Whether the body came whole. */
  readonly complete: boolean;
}

/** What a stream of bytes comes to. */
export interface ReadStream {
  readonly requests: readonly ReadRequest[];
  /** `end`: nothing is left over. `open`: more must come. `refused`: what comes next is no request. */
  readonly ends: "end" | "open" | "refused";
  /** Where the last whole request ends. */
  readonly at: number;
  /** How many bytes more it takes at least to come to something else. */
  readonly missing: number;
}

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const TEXT = /^[\t\x20-\x7e\x80-\xff]*$/;

/** What may pass, besides the grammar. */
export interface Rules {
  /** Whether a head, whose lines are well-formed, may pass. */
  readonly passes: (head: ReadHead) => boolean;
  /** Whether nothing behind it is a request. */
  readonly isLast: (head: ReadHead) => boolean;
}

/** A request without its body. */
export type ReadHead = Pick<ReadRequest, "method" | "target" | "headers">;

/** Every well-formed head passes: how an application reads. */
export const ANY: Rules = { passes: () => true, isLast: () => false };

/** Reads a stream, from its first byte to the first that is not part of a request that may pass. */
export function readStrictly(stream: string, rules: Rules = ANY): ReadStream {
  const requests: ReadRequest[] = [];
  let at = 0;
  for (;;) {
    // RFC 9112 2.2: empty lines before a request line are no part of it.
    while (stream[at] === "\r" || stream[at] === "\n") at += 1;
    if (at >= stream.length) return { requests, ends: "end", at, missing: 1 };
    const end = stream.indexOf("\r\n\r\n", at);
    if (end === -1) return { requests, ends: "open", at, missing: 1 };
    const head = readHead(stream.slice(at, end));
    const framing = head === null ? null : framingOf(head.headers);
    if (head === null || framing === null || !rules.passes(head)) {
      return { requests, ends: "refused", at, missing: Infinity };
    }
    const body = readBody(stream, end + 4, framing);
    const { text, trailers } = body;
    requests.push({ ...head, body: text, trailers, complete: body.ends === "end" });
    if (body.ends !== "end") {
      const missing = framing === "chunked" ? 1 : framing - text.length;
      return { requests, ends: body.ends, at, missing };
    }
    at = body.at;
    const closes = values(head.headers, "connection")
      .flatMap((value) => value.split(","))
      .some((token) => token.trim().toLowerCase() === "close");
    if (closes || rules.isLast(head)) {
      const ends = at === stream.length ? "end" : "refused";
      return { requests, ends, at, missing: 1 };
    }
  }
}

/** The values of a header, whatever the case of its name. */
export function values(headers: ReadRequest["headers"], name: string): readonly string[] {
  return headers.filter(([each]) => each.toLowerCase() === name).map(([, value]) => value);
}

function readHead(text: string): ReadHead | null {
  const [first = "", ...lines] = text.split("\r\n");
  // RFC 9112 3: any number of blanks between the three may be read as one. Node's parser does, and one is handed on.
  const parts = /^([^ ]+) +([^ ]+) +HTTP\/1\.1$/.exec(first);
  const [, method = "", target = ""] = parts ?? [];
  if (parts === null || !TOKEN.test(method) || !/^[\x21-\x7e]+$/.test(target)) return null;
  const headers = readLines(lines);
  return headers === null ? null : { method, target, headers };
}

function readLines(lines: readonly string[]): (readonly [string, string])[] | null {
  const headers: (readonly [string, string])[] = [];
  for (const line of lines) {
    const colon = line.indexOf(":");
    if (colon === -1) return null;
    const name = line.slice(0, colon);
    const value = line.slice(colon + 1).replace(/^[\t ]+|[\t ]+$/g, "");
    if (!TOKEN.test(name) || !TEXT.test(value)) return null;
    headers.push([name, value]);
  }
  return headers;
}

type Framing = "chunked" | number;

function framingOf(headers: ReadRequest["headers"]): Framing | null {
  const lengths = values(headers, "content-length");
  const codings = values(headers, "transfer-encoding");
  if (lengths.length + codings.length > 1) return null;
  if (codings.length === 1) return codings[0]?.toLowerCase() === "chunked" ? "chunked" : null;
  const [length = "0"] = lengths;
  return /^[0-9]{1,15}$/.test(length) ? Number(length) : null;
}

interface ReadBody {
  readonly text: string;
  readonly trailers: ReadRequest["trailers"];
  readonly ends: ReadStream["ends"];
  readonly at: number;
}

function readBody(stream: string, from: number, framing: Framing): ReadBody {
  if (framing !== "chunked") {
    const text = stream.slice(from, from + framing);
    const ends = text.length === framing ? "end" : "open";
    return { text, trailers: [], ends, at: from + text.length };
  }
  let text = "";
  let at = from;
  const stop = (ends: "open" | "refused"): ReadBody => ({ text, trailers: [], ends, at });
  for (;;) {
    const end = stream.indexOf("\r\n", at);
    if (end === -1) return stop("open");
    const size = /^([0-9A-Fa-f]{1,16})(?:[\t ]*;[\t\x20-\x7e\x80-\xff]*)?$/.exec(
      stream.slice(at, end),
    );
    if (size === null) return stop("refused");
    const bytes = Number.parseInt(size[1] as string, 16);
    at = end + 2;
    if (bytes === 0) break;
    text += stream.slice(at, at + bytes);
    if (stream.length < at + bytes + 2) return stop("open");
    if (stream.slice(at + bytes, at + bytes + 2) !== "\r\n") return stop("refused");
    at += bytes + 2;
  }
  if (stream.startsWith("\r\n", at)) return { text, trailers: [], ends: "end", at: at + 2 };
  const end = stream.indexOf("\r\n\r\n", at);
  if (end === -1) return stop("open");
  const trailers = readLines(stream.slice(at, end).split("\r\n"));
  return trailers === null ? stop("refused") : { text, trailers, ends: "end", at: end + 4 };
}
