import { createServer, type IncomingMessage, type RequestListener, type Server } from "node:http";
import { once } from "node:events";
import { WebSocketServer, type WebSocket } from "ws";

/** A request as the application saw it, after Worker and verifier. */
export interface SeenRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage["headers"];
  readonly rawHeaders: readonly string[];
}

/** The application behind the verifier, in the test's own process: tests say how it answers, and read what reached it. */
export interface TestApplication {
  /** As the verifier is told it: `unix:/PATH`. */
  readonly address: string;
  /** Every request that came, WebSockets too, oldest first. */
  readonly seen: SeenRequest[];
  /** Answers whatever is no WebSocket. */
  handle: RequestListener;
  /** Takes each WebSocket. */
  takeWebSocket: (socket: WebSocket) => void;
  /** Answers `hello` and echoes WebSockets again, and forgets what it has seen. */
  readonly reset: () => void;
  /** Goes away, with all its connections. */
  readonly stop: () => Promise<void>;
  /** Comes back to the same address, where it had gone. */
  readonly start: () => Promise<void>;
}

const hello: RequestListener = (_request, response) => response.end("hello\n");

function echo(socket: WebSocket): void {
  socket.on("message", (data, binary) => socket.send(data, { binary }));
}

/** Starts one on a Unix socket: when it goes, nobody else can take its address before it comes back. */
export async function startTestApplication(path: string): Promise<TestApplication> {
  const seen: SeenRequest[] = [];
  const note = ({ method = "", url = "", headers, rawHeaders }: IncomingMessage): void => {
    seen.push({ method, url, headers, rawHeaders });
  };
  const application = {
    address: `unix:${path}`,
    seen,
    handle: hello,
    takeWebSocket: echo,
    reset: () => {
      application.handle = hello;
      application.takeWebSocket = echo;
      seen.length = 0;
    },
    stop: () => stop(server, webSockets),
    start: async () => {
      if (server.listening) return;
      server.listen(path);
      await once(server, "listening");
    },
  };
  const server = createServer((request, response) => {
    note(request);
    application.handle(request, response);
  });
  const webSockets = new WebSocketServer({ noServer: true });
  server.on("upgrade", (request, socket, head) => {
    note(request);
    webSockets.handleUpgrade(request, socket, head, (opened) => {
      // A peer that goes away without a word is what some of the tests are about.
      opened.on("error", () => opened.terminate());
      application.takeWebSocket(opened);
    });
  });
  await application.start();
  return application;
}

async function stop(server: Server, webSockets: WebSocketServer): Promise<void> {
  if (!server.listening) return;
  for (const socket of webSockets.clients) socket.terminate();
  server.closeAllConnections();
  server.close();
  await once(server, "close");
}
