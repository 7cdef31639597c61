import type { IncomingMessage } from "node:http";
import type { RequestHead } from "./request-head.ts";

/**
 * Watches a request's body come in, and calls once when its sender stops in the middle. Waiting for an application that
 * reads slowly is not stopping: then it is we who do not read.
 *
 * @param idleMs milliseconds between two looks: a sender that moved nothing from one to the next has stopped.
 */
export function watchBody(
  request: IncomingMessage,
  { framing }: RequestHead,
  idleMs: number,
  stopped: () => void,
): void {
  if (framing.by === "none") return;
  const { socket } = request;
  let seen = socket.bytesRead;
  const timer = setInterval(() => {
    const waitsForUs = socket.isPaused() || request.readableLength >= request.readableHighWaterMark;
    if (request.complete || request.destroyed) clearInterval(timer);
    else if (socket.bytesRead === seen && !waitsForUs) {
      clearInterval(timer);
      stopped();
    }
    seen = socket.bytesRead;
  }, idleMs);
  request.on("close", () => clearInterval(timer));
}
