import { createHash } from "node:crypto";
import { ServerResponse, type IncomingMessage } from "node:http";
import type { TLSSocket } from "node:tls";
import type { Socket } from "node:net";
import { refusal } from "../judge/refusal.ts";
import type { AcceptedRequest } from "../request/accepted-request.ts";
import { answerHeaders } from "./answer-headers.ts";
import type { ApplicationTarget } from "./application-target.ts";
import type { Connections } from "./connections.ts";
import { applicationRefusal, type Dial } from "./dial.ts";
import { forwardResponse } from "./forward-response.ts";

// RFC 6455 1.3.
const GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/**
 * Opens a WebSocket to the application and joins the two sockets, but only after the application's own 101 with the
 * right Sec-WebSocket-Accept: joined before, the peer's bytes would be requests that nobody judged.
 *
 * @param watch ends two sockets that are joined where one of them takes nothing of what waits for it.
 */
export function joinWebSocket(
  dial: Dial,
  connections: Connections,
  watch: (one: Socket, other: Socket) => void,
  target: ApplicationTarget,
  request: IncomingMessage,
  socket: TLSSocket,
  accepted: AcceptedRequest,
): void {
  const opened = dial(
    target,
    request,
    [...accepted.headers, "Connection", "Upgrade", "Upgrade", "websocket"],
    // A kept connection may be closed in the moment in which we take it, and this one is never given back.
    { agent: connections.fresh(request, accepted), isPeerSlow: () => false },
  );
  let answered = false;
  // Bytes that come before the 101 stay where they are.
  socket.pause();
  socket.on("close", () => opened.destroy());
  opened.on("error", (error: NodeJS.ErrnoException) => {
    if (answered || socket.destroyed) socket.destroy();
    else accepted.refuse(applicationRefusal(error));
  });
  opened.on("upgrade", (answer: IncomingMessage, application: Socket, early: Buffer) => {
    answered = true;
    application.on("error", () => application.destroy());
    if (!isAccepted(request, answer)) {
      application.destroy();
      accepted.refuse(
        refusal("application-unreachable", "the application's 101 is not an accepted WebSocket"),
      );
      return;
    }
    socket.write(switchingProtocols(answer), "latin1");
    if (early.length > 0) socket.write(early);
    join(application, socket);
    join(socket, application);
    watch(socket, application);
  });
  opened.on("response", (answer) => {
    // The application answers like to any request (401, 404): so does the peer get it, and the connection ends.
    answered = true;
    const response = new ServerResponse(request);
    response.shouldKeepAlive = false;
    response.assignSocket(socket);
    // Node took its own listener off with the upgrade: without one, an answer stops at the first full buffer.
    socket.on("drain", () => response.emit("drain"));
    response.on("finish", () => socket.destroySoon());
    forwardResponse(answer, response, "GET", accepted.refuse);
  });
  opened.end();
}

/** Hands bytes on, one way, and the end: a clean one when all bytes are through, any other at once. */
function join(from: Socket, to: Socket): void {
  from.pipe(to);
  from.on("close", (hadError) => {
    if (hadError) to.destroy();
    else to.destroySoon();
  });
}

function isAccepted(request: IncomingMessage, answer: IncomingMessage): boolean {
  const key = request.headers["sec-websocket-key"] ?? "";
  const expected = createHash("sha1").update(`${key}${GUID}`).digest("base64");
  return (
    answer.statusCode === 101 &&
    answer.headers.upgrade?.toLowerCase() === "websocket" &&
    answer.headers["sec-websocket-accept"] === expected
  );
}

function switchingProtocols(answer: IncomingMessage): string {
  const headers = answerHeaders(answer.rawHeaders);
  let text = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n";
  for (let at = 0; at + 1 < headers.length; at += 2) {
    // RFC 9110 8.6: a 101 has no length, and whoever believed one would not see the first frames.
    if (headers[at]?.toLowerCase() !== "content-length")
      text += `${headers[at]}: ${headers[at + 1]}\r\n`;
  }
  return `${text}\r\n`;
}
