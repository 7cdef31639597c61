// A chat behind both locks: each WebSocket comes with its pull, judged. It reads mapping.json, origin.pem and origin.key where
// it is started:
//   node examples/chat/server.ts
import { createOriginVerifier } from "pullproof/origin-verifier";
import { createOriginServer, pullOf } from "pullproof/origin-verifier/node";
import { WebSocket, WebSocketServer } from "ws";

const verifier = await createOriginVerifier({
  mapping: "mapping.json",
  origins: { by: "certificate", files: { certificate: "origin.pem", key: "origin.key" } },
  onEvent: (event) => console.error(JSON.stringify(event)),
});

const server = createOriginServer(verifier, (request, response) => {
  response.end(`${pullOf(request).hostname}: come with a WebSocket\n`);
});

const rooms = new Map<WebSocket, string>();
const chat = new WebSocketServer({ noServer: true, maxPayload: 4_096 });
server.on("upgrade", (request, socket, early) => {
  chat.handleUpgrade(request, socket, early, (visitor) =>
    chat.emit("connection", visitor, request),
  );
});
chat.on("connection", (visitor, request) => {
  // A room for each hostname: who may come in under one says nothing in another.
  const room = pullOf(request).hostname;
  rooms.set(visitor, room);
  visitor.on("error", () => visitor.terminate());
  visitor.on("close", () => rooms.delete(visitor));
  visitor.on("message", (said, isBinary) => {
    for (const [other, where] of rooms)
      if (other !== visitor && where === room && other.readyState === WebSocket.OPEN)
        other.send(said, { binary: isBinary });
  });
});

server.listen(Number(process.env["PORT"] ?? 8443), () => {
  console.log(`pulls are accepted on port ${server.address()?.port}`);
});
process.on("SIGHUP", () => void verifier.reload());
