import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Pki } from "../../conformance/support/pki.ts";
import { WEB_SOCKET_ACCEPT } from "../../conformance/http-pull.ts";
import { startRawApplication, type RawApplication } from "../../support/raw-application.ts";
import type { ServerKind } from "./binaries.ts";
import { startServer, type ServerWorld } from "./server-world.ts";

/**
 * A server with an application of bytes behind it, whose environment names a CA that is nobody's here: engines read it where
 * they are told no other.
 */
export interface RawWorld {
  readonly world: ServerWorld;
  readonly application: RawApplication;
  readonly close: () => Promise<void>;
}

const switching = (accept: string, protocol = "websocket") =>
  [
    "HTTP/1.1 101 Switching Protocols",
    "Connection: Upgrade",
    `Upgrade: ${protocol}`,
    `Sec-WebSocket-Accept: ${accept}`,
    "",
    "",
  ].join("\r\n");

const ok = (text: string, ...lines: readonly string[]) =>
  ["HTTP/1.1 200 OK", `Content-Length: ${text.length}`, ...lines, "", text].join("\r\n");

/** What it answers by the target; the target itself where nothing is said. */
const SAYS: Readonly<Record<string, string>> = {
  "/accepted": `${switching(WEB_SOCKET_ACCEPT)}first`,
  "/wrong-protocol": switching(WEB_SOCKET_ACCEPT, "h2c"),
  "/unauthorized": "HTTP/1.1 401 Unauthorized\r\nContent-Length: 2\r\n\r\nno",
  "/plain": ok("plain"),
  "/pretends": ok("it does", "Pull-Refusal: of-its-own", "pull-refusal: again"),
};

/** Starts one. */
export async function startRawWorld(
  kind: ServerKind,
  pki: Pki,
  damage?: (folder: string) => void,
): Promise<RawWorld> {
  const application = await startRawApplication(({ target }, { socket }) => {
    socket.write(SAYS[target] ?? ok(target), "latin1");
  });
  const folder = mkdtempSync(join(tmpdir(), "pullproof-environment-"));
  const close = async (): Promise<void> => {
    await application.close();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const strangers = join(folder, "strangers.pem");
    writeFileSync(strangers, pki.strangerIssuer.pem);
    const world = await startServer(kind, pki, {
      applicationPort: application.port,
      environment: { SSL_CERT_FILE: strangers, SSL_CERT_DIR: folder },
      ...(damage === undefined ? {} : { damage }),
    });
    return {
      world,
      application,
      close: async () => {
        await world.close();
        await close();
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}
