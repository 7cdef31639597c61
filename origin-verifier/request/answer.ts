import { randomBytes } from "node:crypto";
import { STATUS_CODES, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { PULL_REFUSAL } from "../../shared/wire.ts";
import type { RefusalStatus } from "../judge/refusal.ts";

/** A new opaque id: what ties a visitor's error, the Worker's log line and the verifier's together, and says nothing. */
export function newRefusalId(): string {
  return randomBytes(12).toString("base64url");
}

/** How long a refused connection lives on, so that the peer gets to read the answer: whatever it still sends is thrown away. */
const LINGER_MS = 1_000;

/** Destroys a socket that is not gone by itself within a second. */
export function endSoon(socket: Duplex): void {
  const timer = setTimeout(() => socket.destroy(), LINGER_MS);
  socket.once("close", () => clearTimeout(timer));
}

/**
 * Answers with a status and an opaque id, and closes the connection: nobody who was refused has a next request on it.
 * The answer goes out at once; the end waits for the rest of the body, since closing a socket that has unread bytes
 * resets it, and a reset takes the answer with it.
 */
export function answerRefusal(response: ServerResponse, status: RefusalStatus, id: string): void {
  const { req: request } = response;
  endSoon(request.socket);
  // The reason is said, or what was set before would be: an application's may be one that cannot be written.
  response.writeHead(status, STATUS_CODES[status] ?? "", {
    [PULL_REFUSAL]: id,
    Connection: "close",
    "Content-Length": "0",
    "Cache-Control": "no-store",
  });
  response.flushHeaders();
  if (request.readableEnded) {
    response.end();
    return;
  }
  request.once("end", () => response.end());
  request.resume();
}

/**
 * The same past the response object: where there is none (an upgrade, a head that Node's parser could not read), and
 * where it is in the application's hands, who would find it ended in the middle of its own work.
 */
export function answerRefusalRaw(socket: Duplex, status: RefusalStatus, id: string): void {
  endSoon(socket);
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}\r\n${PULL_REFUSAL}: ${id}\r\n` +
      "Connection: close\r\nContent-Length: 0\r\nCache-Control: no-store\r\n\r\n",
  );
  socket.resume();
}
