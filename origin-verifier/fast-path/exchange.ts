import type { ApplicationTarget } from "../application/application-target.ts";
import { applicationRefusal, applicationTimeout } from "../application/dial.ts";
import { mayAskAgain, type Asked } from "../application/may-ask-again.ts";
import { refusal, type Refusal } from "../judge/refusal.ts";
import type { Turn } from "../request/turns.ts";
import type { ApplicationSocket, Awaiting } from "./application-socket.ts";
import type { AnswerHead } from "./answer-head.ts";
import { AnswerStart, type Begun } from "./answer-start.ts";
import { LAST_CHUNK, type BodyProblem, type BodyReader } from "./body-reader.ts";
import { answerBodyReader, bodyReader } from "./choose-body-reader.ts";
import { writePeerHead } from "./peer-head.ts";
import type { Ways } from "./fast-path-options.ts";
import type { PeerSide } from "./peer-side.ts";

/** A pull that both locks let through, as it is forwarded. */
export interface ForwardedPull extends Asked {
  readonly target: ApplicationTarget;
  /** The whole head. */
  readonly head: Buffer;
  /** Whether the peer asked for the end of its connection after the answer. */
  readonly closes: boolean;
  /** The hostname that was asked for, for the log. */
  readonly hostname: string;
}

/** What says to the peer that its connection ends, and the end of the head. */
const CLOSE_LINES = "Connection: close\r\n\r\n";

/** An answer with a body of so many bytes, and all of it at once, is copied behind its head. */
const COPIED_BYTES = 32 * 1024;

const BODY_PROBLEMS: Readonly<Record<BodyProblem, string>> = {
  broken: "HPE_INVALID_CHUNK_SIZE",
  "extensions-too-large": "HPE_CHUNK_EXTENSIONS_OVERFLOW",
  "trailers-too-large": "HPE_HEADER_OVERFLOW",
};

/** One pull between its peer and the application, from its judgement to the end of its answer and of its body. */
export class Exchange implements Awaiting, Turn {
  readonly #ways: Ways;
  readonly #connection: PeerSide;
  readonly #pull: ForwardedPull;
  /** Null before it is asked, and as soon as it has nothing more to do with this. */
  #application: ApplicationSocket | null = null;
  #isRepeat = false;
  // The body, on its way to the application.
  readonly #body: BodyReader | null;
  #isWhole: boolean;
  #bodyMovedAt: number;
  // The answer, on its way to the peer.
  readonly #start: AnswerStart;
  #answer: AnswerHead | null = null;
  #answerBody: BodyReader | null = null;
  #isLast = false;
  #isAnswered = false;
  #waitsForPeer = false;
  #movedAt: number;

  constructor(ways: Ways, connection: PeerSide, pull: ForwardedPull) {
    this.#ways = ways;
    this.#connection = connection;
    this.#pull = pull;
    this.#body = bodyReader(pull.framing);
    this.#isWhole = this.#body === null;
    this.#start = new AnswerStart(pull.method);
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

  tellEnd(): void {
    // What comes behind it waits with the connection.
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
    const body = this.#body;
    if (body === null) return from;
    this.#bodyMovedAt = this.#ways.clock.now();
    const read = body.read(bytes, from, (piece) => this.#pass(piece));
    if (read === "more") return bytes.length;
    if (read === "done") {
      this.#bodyIsWhole();
      return body.end();
    }
    const code = BODY_PROBLEMS[read];
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
      if (clock.passedSince(this.#bodyMovedAt) >= limits.bodyIdleMs)
        this.#refuse(refusal("request-timeout", "the body stopped"));
    }
    if (this.#application === null || this.#waitsForPeer) return;
    if (clock.passedSince(this.#movedAt) < limits.applicationMs) return;
    if (this.#answer === null) this.#refuse(applicationTimeout());
    else this.#cut();
  }

  take(buffer: Buffer, size: number): boolean {
    this.#movedAt = this.#ways.clock.now();
    if (this.#answer !== null) return this.#relay(this.#answer, buffer.subarray(0, size), 0, null);
    const started = this.#start.read(buffer, size);
    if (started === "more") return true;
    if ("broken" in started) return this.#noAnswer(started.broken);
    this.#answer = started.head;
    return this.#begin(started, buffer, size);
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
      this.#connection.write(LAST_CHUNK);
      this.#finish(false, 0);
    } else this.#cut();
  }

  #ask(application: ApplicationSocket): void {
    this.#application = application;
    application.awaiting = this;
    application.write(this.#pull.head);
  }

  #endedBefore(application: ApplicationSocket | null, error: NodeJS.ErrnoException | null): void {
    const failure = error ?? Object.assign(new Error("socket hang up"), { code: "ECONNRESET" });
    const isUnread = application?.isReused === true && this.#start.isUnread();
    if (!this.#isRepeat && isUnread && mayAskAgain(failure, this.#pull)) {
      this.#isRepeat = true;
      this.#ask(this.#ways.sockets.fresh(this.#pull.target));
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

  #begin({ head, lines, from }: Begun, buffer: Buffer, size: number): boolean {
    const { framing, length } = head;
    this.#isLast = this.#pull.closes || (this.#ways.isDraining() && !this.#connection.hasMore());
    const connection = this.#isLast ? CLOSE_LINES : this.#ways.keptLines;
    const isAlone = size - from === length;
    if (framing === "none" || (framing === "length" && isAlone && length <= COPIED_BYTES)) {
      // All of it, in one write: the bytes are copied, and never looked at again.
      const writer = writePeerHead(lines, framing, connection, length);
      if (length > 0) writer.copy(buffer, from, size);
      this.#connection.write(writer.done());
      this.#finish(isAlone && head.keeps, head.keepsMs);
      return true;
    }
    this.#answerBody = answerBodyReader(head);
    const before = writePeerHead(lines, framing, connection, 0).done();
    return this.#relay(head, buffer.subarray(0, size), from, before);
  }

  /** Passes on what came of the answer, behind what is to be said before it. */
  #relay(head: AnswerHead, bytes: Buffer, from: number, before: Buffer | null): boolean {
    const body = this.#answerBody as BodyReader;
    const pieces: (Buffer | string)[] = before === null ? [] : [before];
    const read = body.read(bytes, from, (piece) => pieces.push(piece));
    const goesOn =
      pieces.length === 0 ||
      this.#connection.writeAll(pieces, this.#application as ApplicationSocket);
    if (read === "done") {
      this.#finish(body.end() === bytes.length && head.keeps, head.keepsMs);
      return true;
    }
    if (read !== "more") {
      this.#cut();
      return false;
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
