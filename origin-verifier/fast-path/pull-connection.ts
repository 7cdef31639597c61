import type { TLSSocket } from "node:tls";
import type { Refusal } from "../judge/refusal.ts";
import { stillMs } from "../limits.ts";
import type { Peer } from "../listener/peer.ts";
import { beginning, shownAs, tellAccepted } from "../request/accepted-pull.ts";
import { judgeRequest } from "../request/judge-request.ts";
import { readStrictHead } from "../request/request-head.ts";
import { applicationHead } from "./application-head.ts";
import type { ApplicationSocket } from "./application-socket.ts";
import { Exchange } from "./exchange.ts";
import type { Ways } from "./fast-path-options.ts";
import { closesAfter, isOrdinary } from "./is-ordinary.ts";
import type { PeerSide } from "./peer-side.ts";
import { PeerWriter } from "./peer-writer.ts";
import { readPullHead } from "./pull-head.ts";

/** As Node has it: a peer that asks in the last moment is still answered. */
const KEPT_LONGER_MS = 1_000;

/**
 * One connection of a peer's, while all that comes on it is of the canonical kind. The first thing that is not, between two
 * pulls, hands it over to Node's parser, with every byte that has not been read.
 */
export class PullConnection implements PeerSide {
  readonly #ways: Ways;
  readonly #socket: TLSSocket;
  readonly #peer: Peer;
  readonly #writer: PeerWriter;
  #exchange: Exchange | null = null;
  /** What came, and is not its turn yet. */
  #rest: Buffer | null = null;
  #isPaused = false;
  /** Whether its body waits for the application. */
  #isHeld = false;
  /** Whether the next pull waits until the answer before it has gone out. */
  #isFlushing = false;
  /** Whether something came before its turn, or after its end. */
  #sendsOn = false;
  #isOver = false;
  #hasAsked = false;
  #quietSince: number;
  readonly #onData = (bytes: Buffer): void => this.#take(bytes);
  readonly #onDrain = (): void => this.#drained();
  readonly #onEnd = (): void => {
    // Half a connection is none: whoever leaves in the middle gets no answer, and what it asked for ends.
    if (this.#exchange !== null) this.destroy();
  };
  readonly #onError = (): void => this.destroy();
  readonly #onClose = (): void => {
    this.#isOver = true;
    this.#exchange?.abandon();
    this.#ways.forget(this.#socket);
  };

  constructor(ways: Ways, socket: TLSSocket, peer: Peer) {
    this.#ways = ways;
    this.#socket = socket;
    this.#peer = peer;
    this.#writer = new PeerWriter(socket, stillMs(ways.limits), () => this.destroy());
    this.#quietSince = ways.clock.now();
    socket
      .on("error", this.#onError)
      .on("close", this.#onClose)
      .on("end", this.#onEnd)
      .on("drain", this.#onDrain)
      .on("data", this.#onData);
  }

  /** Whether somebody has kept somebody waiting for too long. */
  look(): void {
    // Whoever sends without reading would be waited for as long as it sends: to Node's timer something moves.
    if (this.#sendsOn && this.#writer.isStill(this.#ways.clock.now())) this.destroy();
    if (this.#isOver || this.#isFlushing) return;
    if (this.#exchange !== null) {
      this.#exchange.look();
      return;
    }
    const { clock, limits } = this.#ways;
    const quiet = clock.passedSince(this.#quietSince);
    if (!this.#hasAsked) {
      if (quiet < limits.headersMs) return;
      const code = "ERR_HTTP_REQUEST_TIMEOUT";
      this.unreadable(Object.assign(new Error("no request came"), { code }));
    } else if (quiet >= limits.keepAliveMs + KEPT_LONGER_MS) this.destroy();
  }

  isHeld(): boolean {
    return this.#isHeld;
  }

  hasMore(): boolean {
    return this.#rest !== null;
  }

  hold(): void {
    this.#isHeld = true;
    this.#pause();
  }

  letGo(): void {
    this.#isHeld = false;
    if (this.#rest === null) this.#resume();
  }

  write(bytes: Buffer | string): boolean {
    return this.#writer.write(bytes);
  }

  writeAll(pieces: readonly (Buffer | string)[], application: ApplicationSocket): boolean {
    return this.#writer.writeAll(pieces, application);
  }

  turnOver(): void {
    const isLast = this.#exchange?.isLast() === true;
    this.#exchange = null;
    this.#peer.turns.current = null;
    this.#isHeld = false;
    this.#quietSince = this.#ways.clock.now();
    this.#isFlushing = this.#writer.isBehind();
    if (this.#isFlushing) this.#writer.giveUpWhenStill();
    if (isLast) {
      // RFC 9112 9.6: what stands behind an answer with `Connection: close` is never answered.
      this.#isOver = true;
      this.#rest = null;
      this.#peer.turns.closing = true;
      if (!this.#isFlushing) this.#resume();
      this.#socket.destroySoon();
    } else if (!this.#isFlushing) this.#goOn();
  }

  refuse(refused: Refusal, hostname: string, hasBegun: boolean): void {
    this.#isOver = true;
    this.#rest = null;
    const { refuser } = this.#ways;
    if (hasBegun) refuser.silently(this.#socket, this.#peer, refused, hostname);
    else refuser.raw(this.#socket, this.#peer, refused, hostname);
  }

  unreadable(error: Error & { readonly code: string }): void {
    this.#isOver = true;
    this.#rest = null;
    this.#ways.unreadable(error, this.#socket);
  }

  destroy(): void {
    this.#isOver = true;
    this.#exchange?.abandon();
    this.#socket.destroy();
  }

  #take(bytes: Buffer): void {
    if (this.#isOver) {
      this.#sendsOn = true;
      return;
    }
    const exchange = this.#exchange;
    if (exchange === null && this.#rest === null && !this.#isFlushing) {
      this.#begin(bytes);
      return;
    }
    const end = exchange === null || exchange.isWhole() ? 0 : exchange.body(bytes, 0);
    if (end < bytes.length && !this.#isOver) this.#wait(end === 0 ? bytes : bytes.subarray(end));
  }

  /** Keeps what came for its turn, and reads no more: whoever sends faster than is answered waits in the network. */
  #wait(bytes: Buffer): void {
    this.#sendsOn = true;
    this.#rest = this.#rest === null ? bytes : Buffer.concat([this.#rest, bytes]);
    // Its turn may have come while the body before it was read.
    if (this.#exchange === null && !this.#isFlushing) this.#goOn();
    else this.#pause();
  }

  #goOn(): void {
    const rest = this.#rest;
    this.#rest = null;
    // A WebSocket may not begin here: whoever asked for it did not know yet what the answer before would be.
    this.#peer.turns.isBehind = rest !== null;
    this.#sendsOn = false;
    if (rest !== null) this.#begin(rest);
    if (this.#rest === null && !this.#isHeld) this.#resume();
  }

  /** Judges the pull that begins here, and forwards it; or hands the connection over. */
  #begin(bytes: Buffer): void {
    const ways = this.#ways;
    const peer = this.#peer;
    const { limits } = ways;
    const began = beginning(ways.emit);
    const head = readPullHead(bytes, limits.headerBytes);
    if (head === null) {
      this.#handOver(bytes);
      return;
    }
    const trust = ways.trust();
    const now = ways.now();
    const judged = judgeRequest(readStrictHead(head, limits.headerLines), peer, trust, now);
    if (!judged.ok || judged.pull.verdict !== "accepted") {
      this.#handOver(bytes);
      return;
    }
    const { pull, head: read } = judged;
    const target = ways.applicationOf(pull.originHostname);
    if (target === undefined || !isOrdinary(read)) {
      this.#handOver(bytes);
      return;
    }
    tellAccepted(ways.emit, peer, pull, head.method, began);
    this.#hasAsked = true;
    const certificate = ways.clientCertHeaders(peer, trust, pull, now);
    const exchange = new Exchange(ways, this, {
      target,
      method: head.method,
      head: applicationHead(head, read, pull, shownAs(trust, pull), certificate),
      framing: read.framing,
      overridesMethod: read.names.overridesMethod,
      closes: closesAfter(read),
      hostname: read.forwardedHost ?? read.authority.hostname,
    });
    this.#exchange = exchange;
    peer.turns.current = exchange;
    if (head.end < bytes.length) this.#take(bytes.subarray(head.end));
  }

  /** Gives the connection to Node's parser, with all that it has not been told of. Nothing is owed to the peer here. */
  #handOver(bytes: Buffer): void {
    const socket = this.#socket;
    this.#isOver = true;
    socket
      .off("error", this.#onError)
      .off("close", this.#onClose)
      .off("end", this.#onEnd)
      .off("drain", this.#onDrain)
      .off("data", this.#onData);
    this.#ways.forget(socket);
    socket.unshift(bytes);
    this.#ways.handOver(socket, this.#peer);
    socket.resume();
  }

  #drained(): void {
    if (this.#isOver) return;
    this.#writer.drained();
    this.#exchange?.peerDrained();
    if (!this.#isFlushing) return;
    this.#isFlushing = false;
    this.#quietSince = this.#ways.clock.now();
    this.#goOn();
  }

  #pause(): void {
    this.#isPaused = true;
    this.#socket.pause();
  }

  #resume(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    this.#socket.resume();
  }
}
