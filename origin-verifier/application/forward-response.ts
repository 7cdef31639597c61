import type { IncomingMessage, ServerResponse } from "node:http";
import { pipeline } from "node:stream";
import { answerHeaders } from "./answer-headers.ts";

/**
 * Hands the application's answer back, streamed with backpressure. An application that dies in the middle destroys the
 * connection: a truncated body never ends as if it were whole.
 */
export function forwardResponse(
  answer: IncomingMessage,
  response: ServerResponse,
  method: string,
): void {
  if (response.headersSent || response.destroyed) {
    answer.destroy();
    return;
  }
  const headers = answerHeaders(answer.rawHeaders);
  // The application's clock is the answer's; a second Date would be a lie about one of the two.
  response.sendDate = answer.headers.date === undefined;
  try {
    response.writeHead(answer.statusCode ?? 502, answer.statusMessage ?? "", headers);
  } catch {
    // A status or a header that Node reads but does not write.
    answer.destroy();
    response.destroy();
    return;
  }
  if (method === "HEAD") {
    answer.resume();
    response.end();
    return;
  }
  pipeline(answer, response, (error) => {
    if (error) response.destroy();
  });
}
