import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Socket } from "node:net";
import type { OriginMachine } from "./origin-machine.ts";

/** What stands in front of several machines, and knows of connections alone: each goes to the next one. */
export interface Balancer {
  /** `127.0.0.1:PORT`. */
  readonly address: string;
  readonly close: () => Promise<void>;
}

/** Starts one. */
export async function startBalancer(machines: readonly OriginMachine[]): Promise<Balancer> {
  const sockets = new Set<Socket>();
  let turn = 0;
  const server = createServer((from) => {
    turn += 1;
    const to = connect(machines[turn % machines.length]?.port ?? 0, "127.0.0.1");
    for (const [socket, other] of [
      [from, to],
      [to, from],
    ] as const) {
      sockets.add(socket);
      socket.pipe(other);
      socket.on("error", () => other.destroy());
      socket.on("close", () => sockets.delete(socket));
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}
