import type { IncomingMessage, ServerResponse } from "node:http";
import { pipeline } from "node:stream";
import { refusal } from "../judge/refusal.ts";
import type { AcceptedRequest } from "../request/accepted-request.ts";
import { answerHeaders } from "./answer-headers.ts";

/**
 * Hands the application's answer back, streamed with backpressure. An application that dies in the middle destroys the
 * connection: a truncated body never ends as if it were whole.
 */
export function forwardResponse(
  answer: IncomingMessage,
  response: ServerResponse,
  method: string,
  refuse: AcceptedRequest["refuse"],
): void {
  if (response.headersSent || response.destroyed) {
    answer.destroy();
    return;
  }
  const headers = answerHeaders(answer.rawHeaders);
  // The application's clock is the answer's; a second Date would be a lie about one of the two.
  response.sendDate = answer.headers.date === undefined;
  try {
    const { statusCode: status = 0 } = answer;
    // A 101 that names no protocol comes as an answer like any other: the peer would take what follows for a tunnel.
    if (status < 200) throw new Error(`the status ${status}`);
    if (!isPlainlyFramed(answer))
      throw new Error("a Transfer-Encoding that is not exactly chunked");
    response.writeHead(
      status,
      answer.statusMessage ?? "",
      status === 204 ? lengthless(headers) : headers,
    );
  } catch (error) {
    // What is thrown besides: a status or a header that Node reads but does not write.
    answer.destroy();
    refuse(refusal("application-unreachable", `no answer to hand on: ${(error as Error).message}`));
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

/** RFC 9110 8.6: a 204 has no length, and whoever believed one would take the next answer's first bytes for its body. */
function lengthless(headers: readonly string[]): string[] {
  return headers.filter((_, at) => headers[at - (at % 2)]?.toLowerCase() !== "content-length");
}

/** With another coding below it, the body would reach the peer encoded, and with nothing that says so. */
function isPlainlyFramed({ headers }: IncomingMessage): boolean {
  const coding = headers["transfer-encoding"];
  return coding === undefined || coding.toLowerCase() === "chunked";
}
