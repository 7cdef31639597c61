import type { Load, Told } from "./load.ts";
import type { Target } from "./messages.ts";
import { dialler, openEvent } from "./open-connection.ts";

/**
 * Full handshakes. In TLS 1.3 a peer is done before the server has looked at its certificate: so each connection is ended in
 * good order, and counts when the server has ended it, too.
 */
export function startHandshakes(target: Target, connections: number, told: Told): Load {
  const dial = dialler(target);
  let done = 0;
  let stopping = false;
  const next = (at: number): void => {
    if (stopping) return;
    const socket = dial(at);
    let isOpen = false;
    socket.once(openEvent(target), () => {
      isOpen = true;
      socket.end();
    });
    socket.on("error", (error) => !stopping && told.failed(error.message));
    socket.resume();
    socket.on("close", () => {
      if (stopping) return;
      if (!isOpen) told.failed("a connection ended in its handshake");
      done += 1;
      if (done === connections) told.ready();
      next(at);
    });
  };
  for (let at = 0; at < connections; at += 1) next(at);
  return {
    done: () => done,
    latencies: () => [],
    stop: () => {
      stopping = true;
    },
  };
}
