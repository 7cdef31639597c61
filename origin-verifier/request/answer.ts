import { randomBytes } from "node:crypto";
import { STATUS_CODES, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { PULL_REFUSAL } from "../../shared/wire.ts";
import type { RefusalStatus } from "../judge/refusal.ts";

/** A new opaque id: what ties a visitor's error, the Worker's log line and the verifier's together, and says nothing. */
export function newRefusalId(): string {
  return randomBytes(12).toString("base64url");
}

/** How long the rest of a refused request's body is read and thrown away, so that the peer gets to read the answer. */
const LINGER_MS = 1_000;

/**
 * Answers with a status and an opaque id, and closes the connection: nobody who was refused has a next request on it.
 * The answer goes out at once; the end waits for the rest of the body, since closing a socket that has unread bytes
 * resets it, and a reset takes the answer with it.
 */
export function answerRefusal(response: ServerResponse, status: RefusalStatus, id: string): void {
  const { req: request } = response;
  response.writeHead(status, {
    [PULL_REFUSAL]: id,
    Connection: "close",
    "Content-Length": "0",
    "Cache-Control": "no-store",
  });
  response.flushHeaders();
  if (request.complete) {
    response.end();
    return;
  }
  const timer = setTimeout(() => response.destroy(), LINGER_MS);
  request.on("end", () => response.end());
  response.on("close", () => clearTimeout(timer));
  request.resume();
}

/** The same where there is no response object: an upgrade, or a request that Node's parser refused. */
export function answerRefusalRaw(socket: Duplex, status: RefusalStatus, id: string): void {
  socket.on("error", () => socket.destroy());
  const timer = setTimeout(() => socket.destroy(), LINGER_MS);
  socket.on("close", () => clearTimeout(timer));
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}\r\n${PULL_REFUSAL}: ${id}\r\n` +
      "Connection: close\r\nContent-Length: 0\r\nCache-Control: no-store\r\n\r\n",
  );
  socket.resume();
}
