import type {
  GuardedHandler,
  GuardedWebSocketHandler,
} from "../../origin-verifier/application/guard.ts";
import type { GuardedServer } from "../../origin-verifier/origin-verifier.ts";
import { open, type Conversation, type OpenOptions } from "./conversation.ts";
import { startRawApplication, type RawAnswer, type RawApplication } from "./raw-application.ts";
import {
  SHOP,
  startVerifierWorld,
  type VerifierWorld,
  type WorldOptions,
} from "./verifier-world.ts";

/** A verifier of this process, and whoever pulls from it with shop's certificate. */
export interface HttpWorld {
  readonly world: VerifierWorld;
  readonly server: GuardedServer;
  readonly pull: (options?: OpenOptions) => Promise<Conversation>;
  readonly close: () => Promise<void>;
}

/** One with an application of bytes behind it. */
export interface ProxyWorld extends HttpWorld {
  readonly application: RawApplication;
}

export interface ProxyWorldOptions extends WorldOptions {
  readonly answer?: RawAnswer;
  readonly onHead?: RawAnswer;
}

/** Starts a verifier as proxy to an application of bytes. */
export async function startProxyWorld(options: ProxyWorldOptions = {}): Promise<ProxyWorld> {
  const { answer, onHead, ...rest } = options;
  const world = await startVerifierWorld(rest);
  const application = await startRawApplication(answer, onHead);
  const target = { by: "tcp", host: "127.0.0.1", port: application.port } as const;
  const server = world.verifier.proxy(() => target);
  return { application, ...(await listening(world, server, () => application.close())) };
}

/** Starts a verifier before a handler of this process. */
export async function startGuardWorld(
  handler: GuardedHandler,
  webSocket?: GuardedWebSocketHandler,
  options: WorldOptions = {},
): Promise<HttpWorld> {
  const world = await startVerifierWorld(options);
  const server = world.verifier.guard(handler, webSocket);
  return listening(world, server, async () => {});
}

async function listening(
  world: VerifierWorld,
  server: GuardedServer,
  closeApplication: () => Promise<void>,
): Promise<HttpWorld> {
  const { port } = await server.listen(0, "127.0.0.1");
  const { certificate: cert, key } = world.pki.shop;
  const pulls: Conversation[] = [];
  return {
    world,
    server,
    pull: async (options) => {
      const pull = await open(port, { cert, key }, SHOP, options);
      pulls.push(pull);
      return pull;
    },
    close: async () => {
      for (const pull of pulls) pull.destroy();
      await closeApplication();
      await server.close(0);
      await world.close();
    },
  };
}

/** A request head with the right Host, and the blank line after it. */
export function head(first: string, ...lines: readonly string[]): string {
  return [`${first} HTTP/1.1`, `Host: ${SHOP}`, ...lines, "", ""].join("\r\n");
}

/** RFC 6455 1.3. */
export const WEB_SOCKET_KEY = "dGhlIHNhbXBsZSBub25jZQ==";

/** The head of a WebSocket handshake. */
export function webSocketHead(first = "GET /socket", ...lines: readonly string[]): string {
  return head(
    first,
    "Connection: Upgrade",
    "Upgrade: websocket",
    "Sec-WebSocket-Version: 13",
    `Sec-WebSocket-Key: ${WEB_SOCKET_KEY}`,
    ...lines,
  );
}
