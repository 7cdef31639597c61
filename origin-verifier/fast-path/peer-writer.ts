import type { TLSSocket } from "node:tls";
import type { ApplicationSocket } from "./application-socket.ts";
import { HeadWriter } from "./head-writer.ts";

/** A peer may have so much of an answer before it, unread: the application waits. */
const FOR_PEER_BYTES = 512 * 1024;

/** Writes to a peer, and gives up one that takes nothing of what was written. */
export class PeerWriter {
  readonly #socket: TLSSocket;
  readonly #stillMs: number;
  readonly #onStill: () => void;
  /** Bytes that wait to go out, and since when it is as many. */
  #waiting = 0;
  #waitingSince = 0;

  /**
   * @param ms for how long, in milliseconds, a peer may take nothing.
   * @param onStill called where it has.
   */
  constructor(socket: TLSSocket, ms: number, onStill: () => void) {
    this.#socket = socket;
    this.#stillMs = ms;
    this.#onStill = onStill;
  }

  /** @returns false where the peer has more before it than it takes at once. */
  write(bytes: Buffer | string): boolean {
    return typeof bytes === "string"
      ? this.#socket.write(bytes, "latin1")
      : this.#socket.write(bytes);
  }

  /**
   * Writes pieces, of which some lie in the application's read buffer.
   *
   * @returns false where the peer has enough before it.
   */
  writeAll(pieces: readonly (Buffer | string)[], application: ApplicationSocket): boolean {
    const giveBack = application.keep();
    const goesOn =
      giveBack === null ? this.write(copied(pieces)) : this.#writeKept(pieces, giveBack);
    if (goesOn || this.#socket.writableLength < FOR_PEER_BYTES) return true;
    this.giveUpWhenStill();
    return false;
  }

  /** Whether more waits to go out than the peer takes at once. */
  isBehind(): boolean {
    return this.#socket.writableNeedDrain;
  }

  /** By Node's own timer, which knows whether a little of it still goes out. */
  giveUpWhenStill(): void {
    if (this.#socket.timeout) return;
    this.#socket.setTimeout(this.#stillMs, this.#onStill);
  }

  /**
   * Whether nothing that was written has gone out for as long. Coarser than Node's timer: what is on its way counts when all of
   * it has gone out.
   *
   * @param now milliseconds, by a clock that goes on.
   */
  isStill(now: number): boolean {
    const { writableLength } = this.#socket;
    if (writableLength !== this.#waiting) {
      this.#waiting = writableLength;
      this.#waitingSince = now;
    }
    return writableLength > 0 && now - this.#waitingSince >= this.#stillMs;
  }

  /** What was written has gone out. */
  drained(): void {
    this.#socket.setTimeout(0, this.#onStill);
  }

  /** The bytes lie in the buffer until they have gone out. */
  #writeKept(pieces: readonly (Buffer | string)[], giveBack: () => void): boolean {
    let goesOn = true;
    this.#socket.cork();
    for (const [at, piece] of pieces.entries()) {
      const last = at === pieces.length - 1;
      goesOn = this.#socket.write(piece, "latin1", (error) => {
        if (last && !error) giveBack();
      });
    }
    this.#socket.uncork();
    return goesOn;
  }
}

/** One write: the bytes are copied out of the buffer here, and never looked at again. */
function copied(pieces: readonly (Buffer | string)[]): Buffer {
  let size = 0;
  for (const { length } of pieces) size += length;
  const writer = new HeadWriter(size);
  for (const piece of pieces)
    if (typeof piece === "string") writer.text(piece);
    else writer.copy(piece, 0, piece.length);
  return writer.done();
}
