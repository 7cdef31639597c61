import { constants } from "node:crypto";
import type { IncomingMessage, RequestListener } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import { createServer, type AddressInfo, type Socket } from "node:net";
import { createSecureContext, type TLSSocket } from "node:tls";
import { WebSocketServer } from "ws";
import type { LocalFolder } from "./certificates.ts";

/** What one pull showed the origin. */
interface SeenPull {
  readonly method: string;
  readonly url: string;
  readonly host: string | undefined;
  readonly sni: string | false | null;
  /** DNS name of the certificate that was presented; null where none was. */
  readonly certificate: string | null;
  readonly authorized: boolean;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** `Name: value`, each as it came. */
  readonly lines: readonly string[];
}

/** A small origin over real mTLS, which looks at the first byte of every connection before TLS does. */
export interface Origin {
  readonly address: string;
  /** Every pull that got as far as a request, oldest first. */
  readonly pulls: SeenPull[];
  /** Connections that did not begin with a TLS record: there must never be one. */
  readonly plaintext: string[];
  /** The handler of everything that is no WebSocket; tests put theirs here. */
  handle: RequestListener;
  /** Whether a WebSocket is answered 401 in place of 101. */
  refuseWebSockets: boolean;
  /** From now on presents, under one name, the certificate of another; on connections that are yet to come. */
  readonly present: (name: string, certificateOf: string) => void;
  /** Ends every connection: the next pull is a new handshake. */
  readonly dropConnections: () => void;
  /** Answers `hello` again, and forgets what it has seen; throws where a connection began in the clear. */
  readonly reset: () => void;
  readonly close: () => Promise<void>;
}

const TLS_HANDSHAKE = 0x16;
const hello: RequestListener = (_request, response) => response.end("hello\n");

/** Starts one on a free port of 127.0.0.1, for every origin hostname of the folder. */
export async function startOrigin(local: LocalFolder): Promise<Origin> {
  const own = new Map(
    [...local.origins].map(([hostname, { certificate, key }]) => [
      hostname,
      createSecureContext({ cert: certificate, key, ca: [local.issuer] }),
    ]),
  );
  const contexts = new Map(own);
  const sockets = new Set<Socket>();
  const https = createHttpsServer(
    {
      requestCert: true,
      rejectUnauthorized: false,
      secureOptions: constants.SSL_OP_NO_TICKET,
      SNICallback: (name, done) => {
        const context = contexts.get(name);
        done(context === undefined ? new Error(`no context for ${name}`) : null, context);
      },
    },
    (request, response) => {
      origin.pulls.push(seen(request));
      origin.handle(request, response);
    },
  );
  const webSockets = new WebSocketServer({
    server: https,
    verifyClient: () => !origin.refuseWebSockets,
    handleProtocols: (offered) => [...offered][0] ?? false,
  });
  webSockets.on("connection", (socket, request) => {
    origin.pulls.push(seen(request));
    socket.on("message", (data, isBinary) => socket.send(data, { binary: isBinary }));
  });

  const front = createServer((socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => undefined);
    socket.once("readable", () => {
      const first: unknown = socket.read();
      if (!Buffer.isBuffer(first)) return;
      if (first[0] !== TLS_HANDSHAKE) origin.plaintext.push(first.toString("latin1"));
      socket.unshift(first);
      https.emit("connection", socket);
    });
  });
  await new Promise<void>((resolve) => front.listen(0, "127.0.0.1", resolve));
  const { port } = front.address() as AddressInfo;

  const origin: Origin = {
    address: `127.0.0.1:${port}`,
    pulls: [],
    plaintext: [],
    handle: hello,
    refuseWebSockets: false,
    present: (name, certificateOf) => {
      const context = own.get(certificateOf);
      if (context !== undefined) contexts.set(name, context);
    },
    dropConnections: () => {
      for (const socket of sockets) socket.destroy();
    },
    reset: () => {
      origin.refuseWebSockets = false;
      origin.handle = hello;
      origin.pulls.length = 0;
      const [plain] = origin.plaintext.splice(0);
      if (plain !== undefined) throw new Error(`a pull in the clear: ${plain}`);
    },
    close: async () => {
      webSockets.close();
      origin.dropConnections();
      await new Promise((resolve) => front.close(resolve));
    },
  };
  return origin;
}

function seen({ socket, method = "", url = "", headers, rawHeaders }: IncomingMessage): SeenPull {
  const tls = socket as TLSSocket;
  const { subjectaltname = "" } = tls.getPeerCertificate();
  return {
    method,
    url,
    host: headers.host,
    sni: tls.servername,
    certificate: /^DNS:(.+)$/.exec(subjectaltname)?.[1] ?? null,
    authorized: tls.authorized,
    headers: { ...headers },
    lines: rawHeaders.flatMap((name, at) =>
      at % 2 === 0 ? [`${name}: ${rawHeaders[at + 1] ?? ""}`] : [],
    ),
  };
}
