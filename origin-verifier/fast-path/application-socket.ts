import { connect, type Socket } from "node:net";
import type { ApplicationTarget } from "../application/application-target.ts";
import { createReadBuffers } from "./read-buffers.ts";

/** Whose answer a connection to the application brings. */
export interface Awaiting {
  /**
   * Some bytes of it: the first `size` of a buffer that is read into again as soon as this returns, but for one that is
   * kept ({@link ApplicationSocket.keep}).
   *
   * @returns whether to read on.
   */
  readonly take: (buffer: Buffer, size: number) => boolean;
  /** What was written has gone out, after there was too much of it. */
  readonly drained: () => void;
  /** Nothing comes any more; with an error where that was no clean end. */
  readonly ended: (error: NodeJS.ErrnoException | null) => void;
}

/** As much as most answers have: they are copied from here. */
const SMALL_BYTES = 32 * 1024;
/** For those that filled the small one: more is coming. */
const LARGE_BYTES = 256 * 1024;
const large = createReadBuffers(LARGE_BYTES);

/** A full TLS record. Where they come in numbers, several leave in one write. */
const FULL_RECORD = 16 * 1024;

/** One connection to the application, for one pull at a time. */
export class ApplicationSocket {
  /** Whose answer it brings; null between two. */
  awaiting: Awaiting | null = null;
  /** Whether it has brought an answer before. */
  isReused = false;
  /** Whether it can be written to, as far as is known. */
  isOpen = true;
  /** Until when it may be kept without a pull, by the clock of whoever keeps it. */
  keptUntil = 0;
  readonly #socket: Socket;
  #buffer: Buffer = Buffer.allocUnsafeSlow(SMALL_BYTES);
  readonly #small: Buffer = this.#buffer;
  #filled = 0;
  #isKept = false;
  #isCorked = false;

  constructor(target: ApplicationTarget) {
    this.#socket = connect({
      ...(target.by === "unix" ? { path: target.path } : { host: target.host, port: target.port }),
      noDelay: true,
      onread: {
        buffer: () => this.#nextBuffer(),
        callback: (size) => this.#read(size),
      },
    });
    this.#socket
      .on("error", (error: NodeJS.ErrnoException) => this.#end(error))
      .on("end", () => this.#end(null))
      .on("close", () => this.#close())
      .on("drain", () => this.awaiting?.drained());
  }

  /** @returns false where it would be better to wait for `drained`. */
  write(bytes: Buffer | string): boolean {
    if (typeof bytes === "string") return this.#socket.write(bytes, "latin1");
    if (bytes.length >= FULL_RECORD && !this.#isCorked) {
      this.#isCorked = true;
      this.#socket.cork();
      setImmediate(() => {
        this.#isCorked = false;
        this.#socket.uncork();
      });
    }
    return this.#socket.write(bytes);
  }

  /** Reads on, after `take` said not to. */
  resume(): void {
    this.#socket.resume();
  }

  /** Nothing that was begun on it is brought to its end. */
  destroy(): void {
    this.isOpen = false;
    this.awaiting = null;
    this.#socket.destroy();
  }

  /**
   * Keeps the buffer that was just given from being read into. Whoever keeps it gives it back in the callback of its last
   * write, and not at all where that failed.
   *
   * @returns how to give it back; null for a small one, which is to be copied.
   */
  keep(): (() => void) | null {
    if (this.#buffer === this.#small) return null;
    this.#isKept = true;
    const buffer = this.#buffer;
    return () => large.giveBack(buffer);
  }

  #read(size: number): boolean {
    this.#filled = size;
    if (this.awaiting !== null) return this.awaiting.take(this.#buffer, size);
    // Nobody has asked: it would be taken for the answer to whoever asks next.
    this.destroy();
    return false;
  }

  #nextBuffer(): Buffer {
    const wasKept = this.#isKept;
    const isFull = this.#filled === this.#buffer.length;
    const isLarge = this.#buffer !== this.#small;
    this.#isKept = false;
    if (isLarge && !wasKept && (isFull || this.#filled >= SMALL_BYTES)) return this.#buffer;
    if (isLarge && !wasKept) large.giveBack(this.#buffer);
    const goesOn = isLarge ? this.#filled >= SMALL_BYTES : isFull;
    this.#buffer = goesOn && this.isOpen ? large.take() : this.#small;
    return this.#buffer;
  }

  #end(error: NodeJS.ErrnoException | null): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    const { awaiting } = this;
    this.awaiting = null;
    awaiting?.ended(error);
  }

  #close(): void {
    // Without an end, and without an error: some of what was written has not gone out.
    this.#end(Object.assign(new Error("the connection was closed"), { code: "ECONNRESET" }));
  }
}
