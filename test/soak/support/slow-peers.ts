import { dial } from "../../conformance/support/pull.ts";
import { clientHello, rawPeer } from "../../conformance/support/stuck-peers.ts";
import { SHOP } from "../../conformance/support/pki.ts";
import type { World } from "../../conformance/support/world.ts";
import type { Tally } from "./tally.ts";

const AT_ONCE = 20;

/**
 * Peers that say nothing, half a handshake, or half a request, and stay: as many at once until told to stop. Whoever is
 * turned away comes again.
 */
export async function staySlow(world: World, tally: Tally, enough: () => boolean): Promise<void> {
  const hello = await clientHello();
  const open = new Set<{ destroy: () => void }>();
  const one = async (at: number): Promise<void> => {
    while (!enough()) {
      tally.slowPeers += 1;
      const socket =
        at % 3 === 2
          ? await dial(world, world.pki.shop).catch(() => null)
          : (await rawPeer(world.port)).socket;
      if (socket === null) continue;
      if (at % 3 === 1) socket.write(hello.subarray(0, hello.length / 2));
      if (at % 3 === 2) socket.write(`GET /slow HTTP/1.1\r\nHost: ${SHOP}\r\nX-Half: `);
      open.add(socket);
      if (!socket.destroyed) await new Promise<void>((done) => socket.once("close", () => done()));
      open.delete(socket);
    }
  };
  const all = Promise.all(Array.from({ length: AT_ONCE }, (_, at) => one(at)));
  while (!enough()) await new Promise((done) => setTimeout(done, 250));
  for (const socket of open) socket.destroy();
  await all;
}
