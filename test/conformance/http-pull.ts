import { open, type Conversation, type OpenOptions } from "../support/conversation.ts";
import { SHOP } from "./support/pki.ts";
import type { TlsVersion } from "./support/pull.ts";
import type { LogLine } from "./support/process-under-test.ts";
import type { World } from "./support/world.ts";

/** Opens a connection to a world with shop's certificate, to talk byte by byte. */
export function pullFrom(
  { port, pki }: Pick<World, "port" | "pki">,
  version?: TlsVersion,
  options: OpenOptions = {},
): Promise<Conversation> {
  const { pem: cert, keyPem: key } = pki.shop;
  const only = version === undefined ? {} : { minVersion: version, maxVersion: version };
  return open(port, { cert, key }, SHOP, { ...only, ...options });
}

/** The line that the verifier logged about a connection that it refused, among those from `after` on: ports come again. */
export function refusalOn(world: World, pull: Conversation, after: number): Promise<LogLine> {
  return world.line(
    `about the connection from port ${pull.localPort}`,
    ({ event, remotePort }) => event === "pull-refused" && remotePort === pull.localPort,
    after,
  );
}

/** A request head with the right Host, and the blank line after it. */
export function head(first: string, ...lines: readonly string[]): string {
  return [`${first} HTTP/1.1`, `Host: ${SHOP}`, ...lines, "", ""].join("\r\n");
}

/** A WebSocket handshake as RFC 6455 has it. */
export function webSocketHead(target: string, ...lines: readonly string[]): string {
  return head(
    `GET ${target}`,
    "Connection: Upgrade",
    "Upgrade: websocket",
    "Sec-WebSocket-Version: 13",
    `Sec-WebSocket-Key: ${WEB_SOCKET_KEY}`,
    ...lines,
  );
}

/** The key of every WebSocket handshake here (RFC 6455 1.3). */
export const WEB_SOCKET_KEY = "dGhlIHNhbXBsZSBub25jZQ==";
/** And what a server must answer to it. */
export const WEB_SOCKET_ACCEPT = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";
