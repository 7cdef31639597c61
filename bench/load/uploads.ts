import { AnswerCounter } from "./answer-counter.ts";
import type { Load, Told } from "./load.ts";
import type { Target } from "./messages.ts";
import { dialler, openEvent } from "./open-connection.ts";
import { requestBytes } from "./request-bytes.ts";
import { sendBody } from "./send-body.ts";

/**
 * Bodies that go, one after the other on each of so many connections. A part of a body counts as that part of one: of whole
 * bodies, only a few end in a window.
 */
export function startUploads(
  target: Target,
  { connections, bytes }: { connections: number; bytes: number },
  told: Told,
): Load {
  const dial = dialler(target);
  const request = requestBytes(target.host, "/up", { method: "POST", length: bytes });
  let moved = 0;
  let ready = 0;
  let stopping = false;
  const sockets = Array.from({ length: connections }, (_, at) => {
    const socket = dial(at);
    const counter = new AnswerCounter();
    let isFirst = true;
    const next = (): void => {
      socket.write(request);
      sendBody(socket, bytes, (sent) => (moved += sent));
    };
    socket.on("data", (chunk: Buffer) => {
      try {
        if (counter.take(chunk) === 0 || stopping) return;
      } catch (error) {
        told.failed((error as Error).message);
        return;
      }
      if (isFirst) ready += 1;
      if (isFirst && ready === connections) told.ready();
      isFirst = false;
      next();
    });
    socket.once(openEvent(target), next);
    socket.on("error", (error) => !stopping && told.failed(error.message));
    socket.on("close", () => !stopping && told.failed("a connection ended"));
    return socket;
  });
  return {
    done: () => moved / bytes,
    latencies: () => [],
    stop: () => {
      stopping = true;
      for (const socket of sockets) socket.destroy();
    },
  };
}
