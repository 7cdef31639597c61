import type { Load, Told } from "./load.ts";
import type { Target } from "./messages.ts";
import { dialler, openEvent } from "./open-connection.ts";
import { requestBytes } from "./request-bytes.ts";
import { sendBody } from "./send-body.ts";

/**
 * Bodies one after the other on one connection, down or up. A part of a body counts as that part of one: of whole bodies, only
 * a few end in a window.
 */
export function startBulk(
  target: Target,
  { direction, bytes }: { direction: "down" | "up"; bytes: number },
  told: Told,
): Load {
  const socket = dialler(target)(0);
  const method = direction === "down" ? "GET" : "POST";
  const request = requestBytes(target.host, `/${direction}`, { method, length: bytes });
  let moved = 0;
  let whole = 0;
  let stopping = false;
  /** Bytes of the answer that are still to come; -1 before its head. */
  let left = -1;
  const next = (): void => {
    left = -1;
    socket.write(request);
    if (direction === "up") sendBody(socket, bytes, (sent) => (moved += sent));
  };
  socket.on("data", (chunk: Buffer) => {
    if (direction === "down") moved += chunk.length;
    if (left === -1) {
      const end = chunk.indexOf("\r\n\r\n");
      const head = chunk.toString("latin1", 0, end);
      const length = Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1]);
      const isRight = direction === "up" || length === bytes;
      if (end === -1 || !head.startsWith("HTTP/1.1 200") || !isRight) {
        told.failed(`an answer that nobody asked for:\n${chunk.toString("latin1", 0, 500)}`);
        return;
      }
      left = length + end + 4;
    }
    left -= chunk.length;
    if (left > 0 || stopping) return;
    whole += 1;
    if (whole === 1) told.ready();
    next();
  });
  socket.once(openEvent(target), next);
  socket.on("error", (error) => !stopping && told.failed(error.message));
  socket.on("close", () => !stopping && told.failed("the connection ended"));
  return {
    done: () => moved / bytes,
    latencies: () => [],
    stop: () => {
      stopping = true;
      socket.destroy();
    },
  };
}
