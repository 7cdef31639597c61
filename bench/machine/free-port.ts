import { once } from "node:events";
import { connect, createServer, type AddressInfo } from "node:net";
import { setTimeout as pause } from "node:timers/promises";

/** A port that nobody listens on: for servers that cannot let the system choose and say which. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

/** Waits until somebody listens. @throws Error after 15 s, with what the server said. */
export async function untilOpen(port: number, said: () => string): Promise<void> {
  for (const end = performance.now() + 15_000; performance.now() < end; await pause(20)) {
    const socket = connect(port, "127.0.0.1");
    const isOpen = await once(socket, "connect").then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (isOpen) return;
  }
  throw new Error(`nobody listens on port ${port}\n${said()}`);
}
