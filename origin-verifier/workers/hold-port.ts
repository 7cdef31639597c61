import { createServer, type AddressInfo, type Server } from "node:net";
import type { ListenAddress } from "../command/listen-address.ts";

/** An address at which nobody else listens. */
export interface HeldPort {
  readonly port: number;
  /** Called when a worker listens there: from then on it is theirs. */
  readonly release: () => void;
}

/**
 * Makes sure that nobody listens at an address that is going to be shared. Whoever shares one says nothing when another
 * process of the same user, an old verifier with an old mapping, shares it too, and gets every second pull.
 *
 * A port of the system's choice is held until it is theirs; who connects to it meanwhile gets nothing.
 */
export async function holdPort({ host, port: asked }: ListenAddress): Promise<HeldPort> {
  const alone = await listen({ host, port: asked });
  const { port } = alone.address() as AddressInfo;
  await new Promise((closed) => alone.close(closed));
  if (asked !== 0) return { port, release: () => {} };
  const holding = await listen({ host, port, reusePort: true });
  return { port, release: () => void holding.close() };
}

function listen(options: ListenAddress & { readonly reusePort?: boolean }): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => void socket.destroy());
    server.once("error", reject);
    server.listen(options, () => resolve(server));
  });
}
