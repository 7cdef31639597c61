import { request, type ClientRequest, type IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import { codeOf, messageOf } from "../manners/failure.ts";
import { dialOrigin, FailedPull, type Patience } from "./dial-origin.ts";
import type { EdgeHost } from "./edge-host.ts";
import { levelInForce, switchesOf, type Level } from "./level-in-force.ts";
import type { WayOfPull } from "./way-of-pull.ts";

/** What a pull asks. */
export interface PullRequest {
  readonly method: string;
  readonly path: string;
  /** Names and values in turn, Host among them. */
  readonly headers: readonly string[];
  /** Aborted, the pull ends where it is. */
  readonly signal: AbortSignal;
}

/** A pull that is under way. */
export interface Pull {
  readonly way: WayOfPull;
  /** The level whose certificate is presented; null for none, as always without TLS. */
  readonly level: Level | null;
  /** The port that it comes from, once there is a connection: by it the origin's log is read. */
  readonly localPort: () => number | null;
  readonly answer: Promise<IncomingMessage>;
}

/**
 * Starts a pull, on a connection of its own.
 *
 * @param body the visitor's request, whose body goes along.
 * @returns at once; `answer` is rejected with a {@link FailedPull} where no answer comes.
 */
export function startPull(
  host: EdgeHost,
  way: WayOfPull,
  asked: PullRequest,
  body: IncomingMessage,
  settings: { readonly trust: readonly string[]; readonly patience: Patience },
): Pull {
  const level = way.scheme === "http" ? null : levelInForce(switchesOf(host.levels));
  const pair = level === null ? null : (host.levels[level]?.pair ?? null);
  let localPort: number | null = null;
  const opened = (socket: Socket): void => {
    socket.once("connect", () => (localPort = socket.localPort ?? null));
    asked.signal.addEventListener("abort", () => socket.destroy(), { once: true });
    if (asked.signal.aborted) socket.destroy();
  };
  const answer = dialOrigin(host, way, { ...settings, pair, opened }).then(
    async (socket) => await ask(asked, body, socket, settings.patience.answer),
  );
  return { way, level, localPort: () => localPort, answer };
}

async function ask(
  { method, path, headers }: PullRequest,
  body: IncomingMessage,
  socket: Socket,
  milliseconds: number,
): Promise<IncomingMessage> {
  const outgoing: ClientRequest = request({
    method,
    path,
    headers: [...headers],
    setHost: false,
    createConnection: () => socket,
  });
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const fail = (detail: string, late = false): void => {
    outgoing.destroy();
    reject(new FailedPull({ stage: "answer", detail, late }));
  };
  const timer = setTimeout(() => fail(`not done in ${milliseconds} ms`, true), milliseconds);
  outgoing.on("error", (error) => fail(codeOf(error) ?? messageOf(error)));
  outgoing.once("close", () => fail("closed"));
  outgoing.once("response", resolve);
  // An origin may answer before it has read everything: then the rest of the body is for nobody.
  body.pipe(outgoing);
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
  }
}
