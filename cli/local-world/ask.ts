import {
  request as requestPlain,
  type ClientRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
} from "node:http";
import { request as requestTls } from "node:https";
import type { Socket } from "node:net";
import { text } from "node:stream/consumers";
import { codeOf, messageOf } from "../manners/failure.ts";
import type { DirectPull } from "./attempts.ts";
import { LOOPBACK } from "./ports.ts";

/** What came back. */
export interface Asked {
  /** The port that the question came from: by it the verifier's log line is found. Null where there was no connection. */
  readonly localPort: number | null;
  /** The HTTP answer; null where not one byte of one came. */
  readonly answer: {
    readonly status: number;
    readonly headers: IncomingHttpHeaders;
    readonly body: string;
  } | null;
  /** Why there was no answer, in the engine's words. */
  readonly error: string | null;
}

/** Milliseconds until a question without an answer is given up. */
const PATIENCE = 20_000;

/** Asks whoever takes visitors at a port: the Worker, or the edge. */
export async function askAsVisitor(
  { hostname }: { readonly hostname: string },
  port: number,
  path = "/",
): Promise<Asked> {
  return await ask(
    requestPlain({ host: LOOPBACK, port, path, headers: { host: hostname }, agent: false }),
  );
}

/** Asks the origin, as somebody who knows its address. */
export async function askOrigin(
  { sni, authority, certificate }: Omit<DirectPull, "by">,
  port: number,
  trust: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Asked> {
  const presented =
    certificate === null ? {} : { cert: certificate.certificate, key: certificate.key };
  return await ask(
    requestTls({
      host: LOOPBACK,
      port,
      path: "/",
      servername: sni,
      headers: { host: authority, ...headers },
      ca: trust,
      agent: false,
      ...presented,
    }),
  );
}

async function ask(request: ClientRequest): Promise<Asked> {
  let localPort: number | null = null;
  request.on("socket", (socket: Socket) => {
    socket.once("connect", () => (localPort = socket.localPort ?? null));
  });
  request.setTimeout(PATIENCE, () => request.destroy(new Error(`no answer in ${PATIENCE} ms`)));
  try {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      request.once("response", resolve);
      request.once("error", reject);
      request.end();
    });
    const { statusCode: status = 0, headers } = response;
    const answer = { status, headers, body: await text(response) };
    return { localPort, answer, error: null };
  } catch (thrown) {
    return { localPort, answer: null, error: codeOf(thrown) ?? messageOf(thrown) };
  }
}
