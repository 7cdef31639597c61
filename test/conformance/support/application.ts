import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A request that reached the application. */
export interface Reached {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly rawHeaders: readonly string[];
  /** One character a byte. */
  readonly body: string;
}

/** An application of its own process (the test's), which writes down what reaches it. */
export interface RecordingApplication {
  readonly port: number;
  readonly reached: Reached[];
  readonly close: () => Promise<void>;
}

/** Starts one; what it answers may be said. */
export async function startApplication(
  answer: (response: ServerResponse, request: Reached) => void = (response) =>
    response.end("from the application"),
): Promise<RecordingApplication> {
  const reached: Reached[] = [];
  const server = createServer((request, response) => {
    const { method = "", url = "", headers, rawHeaders } = request;
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString("latin1")));
    request.on("end", () => {
      const arrived = { method, url, headers, rawHeaders, body };
      reached.push(arrived);
      answer(response, arrived);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    reached,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
