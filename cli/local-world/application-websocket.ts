import type { Server } from "node:http";
import { WebSocketServer } from "ws";

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
