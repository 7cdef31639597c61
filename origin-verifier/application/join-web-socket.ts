import { createHash } from "node:crypto";
import { ServerResponse, type IncomingMessage } from "node:http";
import type { TLSSocket } from "node:tls";
import type { Socket } from "node:net";
import { pipeline } from "node:stream";
import { refusal } from "../judge/refusal.ts";
import type { AcceptedRequest } from "../request/accepted-request.ts";
import { answerHeaders } from "./answer-headers.ts";
import type { ApplicationTarget } from "./application-target.ts";
import { applicationRefusal, type Dial } from "./dial.ts";
import { forwardResponse } from "./forward-response.ts";

// RFC 6455 1.3.
const GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/**
 * Opens a WebSocket to the application and joins the two sockets, but only after the application's own 101 with the
 * right Sec-WebSocket-Accept: joined before, the peer's bytes would be requests that nobody judged.
 */
export function joinWebSocket(
  dial: Dial,
  target: ApplicationTarget,
  request: IncomingMessage,
  socket: TLSSocket,
  accepted: AcceptedRequest,
): void {
  const opened = dial(target, request, [
    ...accepted.headers,
    "Connection",
    "Upgrade",
    "Upgrade",
    "websocket",
  ]);
  let answered = false;
  // Bytes that come before the 101 stay where they are.
  socket.pause();
  socket.on("error", () => socket.destroy());
  socket.on("close", () => opened.destroy());
  opened.on("error", (error: NodeJS.ErrnoException) => {
    if (answered) socket.destroy();
    else accepted.refuse(applicationRefusal(error));
  });
  opened.on("upgrade", (answer: IncomingMessage, application: Socket, early: Buffer) => {
    answered = true;
    if (!isAccepted(request, answer)) {
      application.destroy();
      accepted.refuse(
        refusal("application-unreachable", "the application's 101 is not an accepted WebSocket"),
      );
      return;
    }
    const headers = answerHeaders(answer.rawHeaders, new Set(["connection", "upgrade"]));
    const lines = headers.map((text, at) => (at % 2 === 0 ? `${text}: ` : `${text}\r\n`)).join("");
    socket.write(`HTTP/1.1 101 Switching Protocols\r\n${lines}\r\n`, "latin1");
    if (early.length > 0) socket.write(early);
    socket.setTimeout(0);
    application.setTimeout(0);
    application.on("error", () => application.destroy());
    const end = (): void => {
      application.destroy();
      socket.destroy();
    };
    pipeline(application, socket, end);
    pipeline(socket, application, end);
  });
  opened.on("response", (answer) => {
    // The application answers like to any request (401, 404): so does the peer get it, and the connection ends.
    answered = true;
    const response = new ServerResponse(request);
    response.shouldKeepAlive = false;
    response.assignSocket(socket);
    response.on("finish", () => socket.destroySoon());
    forwardResponse(answer, response, "GET");
  });
  opened.end();
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
