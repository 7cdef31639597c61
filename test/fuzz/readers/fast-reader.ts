import type { AnswerHead } from "../../../origin-verifier/fast-path/answer-head.ts";
import { AnswerStart } from "../../../origin-verifier/fast-path/answer-start.ts";
import { createChunkReader } from "../../../origin-verifier/fast-path/chunks.ts";
import { closesAfter, isOrdinary } from "../../../origin-verifier/fast-path/is-ordinary.ts";
import { readStrictHead } from "../../../origin-verifier/request/request-head.ts";
import { rawHeadersOf, readPull, requestLineOf, textOfLines } from "../../support/read-heads.ts";
import { inPieces, type Chance } from "./chance.ts";

/** One message, as a reader found it. Bodies are text, one character a byte. */
export interface Message {
  /** Method and target, or status. */
  readonly first: string;
  /** Names and values in turn. */
  readonly headers: readonly string[];
  body: string;
  /** `broken`: refused in its midst. */
  ends: "whole" | "open" | "broken";
}

/** A body on its way through the fast path. */
interface Body {
  readonly body: string;
  /** What is passed on of it. */
  readonly passed: string;
  readonly ends: "whole" | "open" | "broken";
  /** What stands behind it. */
  readonly rest: string;
}

/** Reads a stream as the fast path does, up to the first thing that it hands over. */
export function readFast(stream: string, chance: Chance): readonly Message[] {
  const messages: Message[] = [];
  for (let rest = stream; ;) {
    const head = readPull(rest, 20 * 1024);
    if (head === null) return messages;
    const read = readStrictHead(head, 2_000);
    if (!read.ok || !isOrdinary(read.value)) return messages;
    const { framing } = read.value;
    const body =
      framing.by === "chunks"
        ? readChunks(rest.slice(head.end), chance)
        : readLength(rest.slice(head.end), framing.by === "none" ? 0 : framing.bytes);
    messages.push({
      first: requestLineOf(head).replace(/ HTTP\/1\.1$/, ""),
      headers: rawHeadersOf(head),
      body: body.body,
      ends: body.ends,
    });
    if (body.ends !== "whole" || closesAfter(read.value)) return messages;
    rest = body.rest;
  }
}

function readLength(text: string, bytes: number): Body {
  const body = text.slice(0, bytes);
  const ends = body.length === bytes ? "whole" : "open";
  return { body, passed: body, ends, rest: text.slice(bytes) };
}

/** Reads a chunked body in pieces; what is passed on is taken apart by the plainest reader there is. */
export function readChunks(text: string, chance: Chance): Body {
  const reader = createChunkReader();
  let passed = "";
  let before = 0;
  for (const piece of inPieces(text, chance)) {
    const read = reader.read(piece, 0, (part) => {
      passed += typeof part === "string" ? part : part.toString("latin1");
    });
    if (read === "more") {
      before += piece.length;
      continue;
    }
    const rest = text.slice(before + reader.end());
    const ends = read === "done" ? "whole" : "broken";
    return { body: dataOf(passed), passed, ends, rest };
  }
  return { body: dataOf(passed), passed, ends: "open", rest: "" };
}

/** What is passed on has no extension, no trailer and no size in another writing: else this throws. */
function dataOf(passed: string): string {
  let data = "";
  for (let at = 0; at < passed.length;) {
    const [line = "", digits = ""] = /^([1-9a-fA-F][0-9a-fA-F]*)\r\n/.exec(passed.slice(at)) ?? [];
    if (line === "") {
      if (passed.slice(at) === "0\r\n\r\n") return data;
      throw new Error(`passed on: ${JSON.stringify(passed.slice(at, at + 40))}`);
    }
    const size = Number.parseInt(digits, 16);
    at += line.length;
    data += passed.slice(at, at + size);
    const end = passed.slice(at + size, at + size + 2);
    if (!"\r\n".startsWith(end)) throw new Error(`behind a chunk: ${JSON.stringify(end)}`);
    at += size + 2;
  }
  return data;
}

/** Reads the answer to a request as the fast path does; null for what it refuses. */
export function readFastAnswer(
  stream: string,
  method: string,
  chance: Chance,
): (Message & { readonly keeps: boolean; readonly rest: string }) | null {
  const begun = startOf(stream, method, chance);
  if (begun === null) return null;
  const { head, lines, rest } = begun;
  const { framing, keeps } = head;
  const body =
    framing === "chunks"
      ? readChunks(rest, chance)
      : framing === "close"
        ? { body: rest, ends: "whole" as const, rest: "" }
        : readLength(rest, head.length);
  return {
    first: String(head.status),
    headers: linesOf(lines),
    body: body.body,
    ends: body.ends,
    keeps: keeps && framing !== "close",
    rest: body.rest,
  };
}

/** The head of an answer that comes in pieces, the lines of it that go back, and what stands behind it. */
function startOf(
  stream: string,
  method: string,
  chance: Chance,
): { readonly head: AnswerHead; readonly lines: string; readonly rest: string } | null {
  const start = new AnswerStart(method);
  let before = 0;
  for (const piece of inPieces(stream, chance)) {
    const started = start.read(piece, piece.length);
    const isBegun = started !== "more" && !("broken" in started);
    const lines = isBegun ? textOfLines(started.lines) : "";
    // The buffer is read into again.
    piece.fill("!");
    if (started === "more") before += piece.length;
    else if ("broken" in started) return null;
    else return { head: started.head, lines, rest: stream.slice(before + started.from) };
  }
  return null;
}

/** Of the lines that go back to the peer. */
function linesOf(lines: string): readonly string[] {
  return lines
    .split("\r\n")
    .slice(1, -1)
    .flatMap((line) => {
      const colon = line.indexOf(":");
      return [line.slice(0, colon), line.slice(colon + 1).replace(/^[\t ]+|[\t ]+$/g, "")];
    });
}
