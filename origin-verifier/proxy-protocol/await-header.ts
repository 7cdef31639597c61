import type { Socket } from "node:net";
import { FIXED_BYTES } from "./format.ts";
import { readHeader, readHeaderStart, type ReadHeader } from "./read-header.ts";

/** How the wait for a header ended; `detail` is null where nothing at all came: a health check that only knocks. */
export type AwaitedHeader =
  | Extract<ReadHeader, { ok: true }>
  | { readonly ok: false; readonly detail: string | null };

/**
 * Waits for the header that a balancer sends before anything else, and takes exactly its bytes from the socket: what is
 * behind them, the peer's own handshake, stays in it.
 *
 * @param ms for so long.
 * @param done called once. Where it failed, the socket is destroyed already.
 */
export function awaitHeader(
  socket: Socket,
  ms: number,
  done: (awaited: AwaitedHeader) => void,
): void {
  let start: Buffer | null = null;
  let rest = 0;
  const timer = setTimeout(() => fail("no PROXY protocol header in time"), ms);

  const end = (awaited: AwaitedHeader): void => {
    clearTimeout(timer);
    socket.off("readable", read).off("error", broken).off("end", left).off("close", left);
    done(awaited);
  };
  const fail = (detail: string | null): void => {
    // Whatever the socket still has to say about its end, nobody is there to hear it.
    socket.on("error", () => {});
    socket.destroy();
    end({ ok: false, detail });
  };
  // Reads until something is missing; with the end of the stream, what is left is too short.
  const read = (): void => {
    if (start === null) {
      const first = take(socket, FIXED_BYTES);
      if (first === "later") return;
      if (first.length < FIXED_BYTES) {
        fail(first.length === 0 ? null : LEFT);
        return;
      }
      const begun = readHeaderStart(first);
      if (!begun.ok) {
        fail(begun.detail);
        return;
      }
      [start, rest] = [first, begun.rest];
    }
    const body = rest === 0 ? Buffer.alloc(0) : take(socket, rest);
    if (body === "later") return;
    if (body.length < rest) {
      fail(LEFT);
      return;
    }
    const header = readHeader(Buffer.concat([start, body]));
    if (header.ok) end(header);
    else fail(header.detail);
  };
  const broken = (error: NodeJS.ErrnoException): void =>
    fail(start === null ? null : (error.code ?? error.message));
  const left = (): void => fail(start === null ? null : LEFT);
  socket.on("readable", read).on("error", broken).on("end", left).on("close", left);
}

const LEFT = "the balancer left within its PROXY protocol header";

/** Exactly so many bytes; fewer only where the stream has ended. */
function take(socket: Socket, bytes: number): Buffer | "later" {
  const taken = socket.read(bytes) as Buffer | null;
  if (taken !== null) return taken;
  return "later";
}
