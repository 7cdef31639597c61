import type { ApplicationTarget } from "../application/application-target.ts";
import { applicationRefusal, applicationTimeout } from "../application/dial.ts";
import { refusal, type Refusal } from "../judge/refusal.ts";
import type { Framing } from "../request/request-head.ts";
import type { Turn } from "../request/turns.ts";
import type { ApplicationSocket, Awaiting } from "./application-socket.ts";
import { readAnswerHead, type AnswerHead } from "./answer-head.ts";
import { createChunkReader, type ChunkReader, type ChunksProblem } from "./chunks.ts";
import { dateLine } from "./date-line.ts";
import type { Ways } from "./fast-path-options.ts";
import type { PeerSide } from "./peer-side.ts";

/** A pull that both locks let through, as it is handed on. */
export interface HandedOn {
  readonly target: ApplicationTarget;
  readonly method: string;
  /** The whole head, one character a byte. */
  readonly head: string;
  readonly framing: Framing;
  /** Whether the peer asked for the end of its connection after the answer. */
  readonly closes: boolean;
  /** The hostname that was asked for, for the log. */
  readonly hostname: string;
}

// What may be sent twice: safe methods (RFC 9110 9.2.1), and then only without a body.
const REPEATABLE = new Set(["GET", "HEAD", "OPTIONS"]);
const STALE = new Set(["ECONNRESET", "EPIPE"]);

/** Bytes of an answer's head: as much as Cloudflare takes from an origin. */
const ANSWER_HEAD_BYTES = 128 * 1024;

const CHUNKS_PROBLEMS: Readonly<Record<ChunksProblem, string>> = {
  broken: "HPE_INVALID_CHUNK_SIZE",
  "extensions-too-large": "HPE_CHUNK_EXTENSIONS_OVERFLOW",
  "trailers-too-large": "HPE_HEADER_OVERFLOW",
};

/** One pull between its peer and the application, from its judgement to the end of its answer and of its body. */
export class Exchange implements Awaiting, Turn {
  readonly #ways: Ways;
  readonly #connection: PeerSide;
  readonly #pull: HandedOn;
  /** Null before it is asked, and as soon as it has nothing more to do with this. */
  #application: ApplicationSocket | null = null;
  #isRepeat = false;
  // The body, on its way to the application.
  #bodyLeft: number;
  readonly #bodyChunks: ChunkReader | null;
  #isWhole: boolean;
  #bodyMovedAt: number;
  // The answer, on its way to the peer.
  #begun = "";
  #answer: AnswerHead | null = null;
  #answerLeft = 0;
  #answerChunks: ChunkReader | null = null;
  #isLast = false;
  #isAnswered = false;
  #waitsForPeer = false;
  #movedAt: number;

  constructor(ways: Ways, connection: PeerSide, pull: HandedOn) {
    this.#ways = ways;
    this.#connection = connection;
    this.#pull = pull;
    const { framing } = pull;
    this.#isWhole = framing.by === "none";
    this.#bodyLeft = framing.by === "length" ? framing.bytes : 0;
    this.#bodyChunks = framing.by === "chunks" ? createChunkReader() : null;
    this.#movedAt = ways.clock.now();
    this.#bodyMovedAt = this.#movedAt;
    this.#ask(ways.sockets.take(pull.target));
  }

  isWhole(): boolean {
    return this.#isWhole;
  }

  isAnswered(): boolean {
    return this.#isAnswered;
  }

  hasBegun(): boolean {
    return this.#answer !== null;
  }

  makeLast(): void {
    // Asked when its answer begins.
  }

  asked(): string {
    return this.#pull.hostname;
  }

  /** Whether its answer is the last of the connection. */
  isLast(): boolean {
    return this.#isLast;
  }

  /**
   * Takes the body as it comes.
   *
   * @returns where it ended in these bytes; what stands behind it is the next request.
   */
  body(bytes: Buffer, from: number): number {
    this.#bodyMovedAt = this.#ways.clock.now();
    if (this.#bodyChunks === null) {
      const end = Math.min(bytes.length, from + this.#bodyLeft);
      this.#bodyLeft -= end - from;
      if (end > from)
        this.#pass(from === 0 && end === bytes.length ? bytes : bytes.subarray(from, end));
      if (this.#bodyLeft === 0) this.#bodyIsWhole();
      return end;
    }
    const read = this.#bodyChunks.read(bytes, from, (piece) => this.#pass(piece));
    if (read === "more") return bytes.length;
    if (read === "done") {
      this.#bodyIsWhole();
      return this.#bodyChunks.end();
    }
    const code = CHUNKS_PROBLEMS[read];
    this.abandon();
    this.#connection.unreadable(Object.assign(new Error("a broken chunked body"), { code }));
    return bytes.length;
  }

  /** The peer is gone, or gets nothing more: what the application has of it must not end as if it were whole. */
  abandon(): void {
    this.#application?.destroy();
    this.#application = null;
  }

  /** What was written to the peer has gone out. */
  peerDrained(): void {
    if (!this.#waitsForPeer) return;
    this.#waitsForPeer = false;
    this.#movedAt = this.#ways.clock.now();
    this.#application?.resume();
  }

  /** Whether somebody has kept somebody waiting for too long. */
  look(): void {
    const { clock, limits } = this.#ways;
    if (!this.#isWhole && !this.#connection.isHeld()) {
      if (clock.now() - this.#bodyMovedAt >= limits.bodyIdleMs)
        this.#refuse(refusal("request-timeout", "the body stopped"));
    }
    if (this.#application === null || this.#waitsForPeer) return;
    if (clock.now() - this.#movedAt < limits.applicationMs) return;
    if (this.#answer === null) this.#refuse(applicationTimeout());
    else this.#cut();
  }

  take(buffer: Buffer, size: number): boolean {
    this.#movedAt = this.#ways.clock.now();
    if (this.#answer !== null) return this.#relay(this.#answer, buffer, 0, size, "", "");
    const before = this.#begun.length;
    const text = this.#begun + buffer.toString("latin1", 0, size);
    for (let from = 0, look = Math.max(0, before - 3); ;) {
      const blank = text.indexOf("\r\n\r\n", look);
      const end = blank + 4;
      if ((blank === -1 ? text.length : end) - from > ANSWER_HEAD_BYTES)
        return this.#noAnswer("its head is too large");
      if (blank === -1) {
        this.#begun = from === 0 ? text : text.slice(from);
        return true;
      }
      const head = readAnswerHead(text.slice(from, end), this.#pull.method);
      if (typeof head === "string") return this.#noAnswer(head);
      // RFC 9110 15.2: what says that nothing comes behind it is no interim answer.
      if (head.status < 200 && !head.keeps) return this.#noAnswer("an interim answer that ends");
      if (head.status === 101) return this.#noAnswer("101, unasked");
      if (head.status >= 200) {
        this.#answer = head;
        return this.#begin(head, buffer, end - before, size, text.slice(end));
      }
      from = end;
      look = end;
    }
  }

  drained(): void {
    this.#movedAt = this.#ways.clock.now();
    this.#bodyMovedAt = this.#movedAt;
    if (!this.#isAnswered) this.#connection.letGo();
  }

  ended(error: NodeJS.ErrnoException | null): void {
    const application = this.#application;
    this.#application = null;
    application?.destroy();
    if (this.#answer === null) this.#endedBefore(application, error);
    else if (this.#answer.framing === "close" && error === null) {
      this.#connection.write("0\r\n\r\n");
      this.#finish(false, 0);
    } else this.#cut();
  }

  #ask(application: ApplicationSocket): void {
    this.#application = application;
    application.awaiting = this;
    application.write(this.#pull.head);
  }

  #endedBefore(application: ApplicationSocket | null, error: NodeJS.ErrnoException | null): void {
    const { method, framing, target } = this.#pull;
    const failure = error ?? Object.assign(new Error("socket hang up"), { code: "ECONNRESET" });
    const isStale =
      application?.isReused === true && STALE.has(failure.code ?? "") && this.#begun === "";
    // The application closed its idle connection in the moment in which we took it: it has read nothing of the pull.
    if (isStale && !this.#isRepeat && framing.by === "none" && REPEATABLE.has(method)) {
      this.#isRepeat = true;
      this.#ask(this.#ways.sockets.fresh(target));
    } else this.#refuse(applicationRefusal(failure));
  }

  #pass(piece: Buffer | string): void {
    // Answered before the body was all taken: the rest is nobody's, but the next request stands behind it.
    if (this.#application === null) return;
    this.#movedAt = this.#ways.clock.now();
    if (!this.#application.write(piece)) this.#connection.hold();
  }

  #bodyIsWhole(): void {
    this.#isWhole = true;
    this.#movedAt = this.#ways.clock.now();
    if (this.#isAnswered) this.#connection.turnOver();
  }

  #begin(head: AnswerHead, buffer: Buffer, from: number, size: number, rest: string): boolean {
    this.#begun = "";
    this.#isLast = this.#pull.closes || (this.#ways.isDraining() && !this.#connection.hasMore());
    let lines = head.lines;
    // The application's clock is the answer's; a second Date would be a lie about one of the two.
    if (!head.hasDate) lines += dateLine();
    lines += this.#isLast ? "Connection: close\r\n" : this.#ways.keptLines;
    this.#answerLeft = head.length;
    if (head.framing === "chunks") this.#answerChunks = createChunkReader();
    if (head.framing === "chunks" || head.framing === "close")
      lines += "Transfer-Encoding: chunked\r\n";
    return this.#relay(head, buffer, from, size, `${lines}\r\n`, rest);
  }

  /**
   * Passes on what came of the answer, behind what is to be said before it.
   *
   * @param rest what came, as text, where it is known; else empty.
   */
  #relay(
    head: AnswerHead,
    buffer: Buffer,
    from: number,
    size: number,
    before: string,
    rest: string,
  ): boolean {
    const application = this.#application as ApplicationSocket;
    if (
      head.framing === "none" ||
      (head.framing === "length" && rest.length === this.#answerLeft)
    ) {
      // All of it, in one text and one write: the bytes are copied, and never looked at again.
      const isAlone = rest.length === this.#answerLeft;
      this.#connection.write(isAlone ? before + rest : before);
      this.#finish(isAlone && head.keeps, head.keepsMs);
      return true;
    }
    let end = size;
    let done = false;
    let isBroken = false;
    const pieces: (Buffer | string)[] = before === "" ? [] : [before];
    switch (head.framing) {
      case "length":
        end = Math.min(size, from + this.#answerLeft);
        this.#answerLeft -= end - from;
        done = this.#answerLeft === 0;
        if (end > from) pieces.push(buffer.subarray(from, end));
        break;
      case "chunks": {
        const chunks = this.#answerChunks as ChunkReader;
        const read = chunks.read(buffer.subarray(0, size), from, (piece) => pieces.push(piece));
        done = read === "done";
        isBroken = !done && read !== "more";
        if (done) end = chunks.end();
        break;
      }
      case "close":
        if (size > from)
          pieces.push(`${(size - from).toString(16)}\r\n`, buffer.subarray(from, size), "\r\n");
    }
    const goesOn = pieces.length === 0 || this.#connection.writeAll(pieces, application);
    if (isBroken) {
      this.#cut();
      return false;
    }
    if (done) {
      this.#finish(end === size && head.keeps, head.keepsMs);
      return true;
    }
    this.#waitsForPeer = !goesOn;
    return goesOn;
  }

  #finish(keeps: boolean, forMs: number): void {
    const application = this.#application;
    this.#application = null;
    this.#isAnswered = true;
    if (application !== null) {
      if (keeps && this.#isWhole)
        this.#ways.sockets.giveBack(this.#pull.target, application, forMs);
      else application.destroy();
    }
    if (this.#isWhole || this.#isLast) this.#connection.turnOver();
    else this.#connection.letGo();
  }

  #noAnswer(detail: string): boolean {
    this.#refuse(refusal("application-unreachable", `no answer to hand on: ${detail}`));
    return false;
  }

  #refuse(refused: Refusal): void {
    this.abandon();
    this.#connection.refuse(refused, this.#pull.hostname, this.hasBegun());
  }

  /** A truncated answer never ends as if it were whole. */
  #cut(): void {
    this.abandon();
    this.#connection.destroy();
  }
}
