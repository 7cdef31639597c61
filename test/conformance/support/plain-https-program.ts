import { createServer } from "node:https";
import { createSecureContext, type TLSSocket } from "node:tls";
import { readFileSync } from "node:fs";

/**
 * The positive control: node:https as its documentation has it, one secure context a name, and tickets as Node leaves
 * them. What it answers is what its own code sees. Its argument is a file with {@link PlainProgram}.
 */
export interface PlainProgram {
  /** By name: the origin certificate with its key, and the only CA of that name's peers. */
  readonly contexts: Readonly<Record<string, { cert: string; key: string; ca: string }>>;
}

const { contexts } = JSON.parse(readFileSync(process.argv[2] as string, "utf8")) as PlainProgram;
const [first] = Object.values(contexts);

const server = createServer(
  {
    ...first,
    requestCert: true,
    rejectUnauthorized: false,
    SNICallback: (name, callback) => {
      const own = contexts[name];
      callback(null, own === undefined ? undefined : createSecureContext(own));
    },
  },
  (request, response) => {
    const socket = request.socket as TLSSocket;
    const { authorized } = socket;
    const seen = { host: request.headers.host, authorized, reused: socket.isSessionReused() };
    response.end(JSON.stringify(seen));
  },
);
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  process.stdout.write(`${JSON.stringify({ event: "listening", port })}\n`);
});
