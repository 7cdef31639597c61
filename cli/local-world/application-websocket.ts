import type { Server } from "node:http";
import { createRequire } from "node:module";
import type { WebSocketServer as WebSocketServerOfWs } from "ws";

// As Node finds it, whoever loads this: a test runner for Workers takes every package for a browser's, and ws has nothing
// but an excuse for those.
const { WebSocketServer } = createRequire(import.meta.url)("ws") as {
  readonly WebSocketServer: typeof WebSocketServerOfWs;
};

/** Answers WebSockets at `/ws` of the application by sending every message back as it came. */
export function echoWebSockets(server: Server): { close(): void } {
  const sockets = new WebSocketServer({ server, path: "/ws" });
  sockets.on("connection", (socket) => {
    // A peer that breaks the protocol is closed by ws; without a listener the error would end the process.
    socket.on("error", () => socket.terminate());
    socket.on("message", (data, binary) => socket.send(data as Buffer, { binary }));
  });
  return {
    close: () => {
      for (const socket of sockets.clients) socket.terminate();
      sockets.close();
    },
  };
}
