import { once } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import type { TLSSocket } from "node:tls";
import { BLOG, SHOP } from "../../conformance/support/pki.ts";
import {
  attempt,
  dial,
  exchange,
  get,
  keepGet,
  statuses,
  type DialOptions,
  type PeerCertificate,
} from "../../conformance/support/pull.ts";
import { waitFor } from "../../conformance/support/wait-for.ts";
import type { ServerWorld } from "./server-world.ts";

/** What came of one pull: the status, or what was in its place, and whether the application saw it. */
export interface Pulled {
  readonly status: number | null;
  readonly text: string;
  /** What was asked for. */
  readonly target: string;
  readonly reached: boolean;
}

let count = 0;

/** One pull on a connection of its own, told from all others by its target. */
export async function pull(
  world: ServerWorld,
  peer: PeerCertificate | null,
  options: DialOptions & { readonly host?: string; readonly target?: string } = {},
): Promise<Pulled> {
  count += 1;
  const { host, target = `/pull-${count}`, ...dialing } = options;
  const asked = get(host ?? dialing.servername ?? SHOP, "", target);
  const { text } = await attempt(world, peer, asked, dialing);
  const reached = world.application.reached.some(({ url }) => url === target);
  return { status: statuses(text)[0] ?? null, text, target, reached };
}

/** How long the processes of before a reload may take to hear of it. */
const HANDOVER_MS = 2_000;

/** A connection that is kept alive after one served pull. */
export interface KeptAlive {
  /** Whether the next pull on it is served. */
  readonly again: () => Promise<boolean>;
  /** Whether pulls on it are served no more, a moment after a reload at most. */
  readonly isOver: () => Promise<boolean>;
  readonly destroy: () => void;
}

/** Makes a pull that is served, and keeps its connection. */
export async function keepAlive(world: ServerWorld, peer: PeerCertificate): Promise<KeptAlive> {
  // Right after a reload the processes of before still take connections here and there.
  const socket = await waitFor("a pull that is served and kept alive", async () => {
    const dialed = await dial(world, peer, { version: "TLSv1.3" });
    if (await isServedOn(world, dialed)) return dialed;
    dialed.destroy();
    return null;
  });
  const again = () => isServedOn(world, socket);
  return {
    again,
    isOver: async () => {
      for (const end = Date.now() + HANDOVER_MS; Date.now() < end; await pause(50))
        if (!(await again())) return true;
      return false;
    },
    destroy: () => socket.destroy(),
  };
}

/** Asks once on an open connection: whether it comes to the application before it comes to an end. */
async function isServedOn(world: ServerWorld, socket: TLSSocket): Promise<boolean> {
  if (socket.destroyed) return false;
  count += 1;
  const target = `/kept-${count}`;
  const ended = once(socket, "close").catch(() => null);
  const end = exchange(socket, keepGet(SHOP, target), (text) => /^HTTP.*\r\n\r\n/s.test(text));
  const late = new AbortController();
  await Promise.race([end, ended, pause(3_000, null, { signal: late.signal }).catch(() => null)]);
  late.abort();
  return world.application.reached.some(({ url }) => url === target);
}

/** Reloads, and waits until the new configuration is in force: until a pull ends as it does under it alone. */
export async function settled(
  world: ServerWorld,
  peer: PeerCertificate,
  isServed: boolean,
  servername: string = SHOP,
  wasServed: (pulled: Pulled) => boolean = ({ reached }) => reached,
): Promise<void> {
  const end = Date.now() + SETTLE_MS;
  let inARow = 0;
  while (Date.now() < end) {
    await world.reload();
    // A signal that comes while a server still obeys the one before may be lost.
    for (const again = Date.now() + SETTLE_MS / 5; Date.now() < again; await pause(20)) {
      const served = await pull(world, peer, { servername }).then(wasServed, () => null);
      // Once is chance, while the processes of before still take connections here and there.
      inARow = served === isServed ? inARow + 1 : 0;
      if (inARow === IN_A_ROW) return;
    }
  }
  throw new Error(
    `${world.kind.name} does not read its files again: ${world.said().slice(-2_000)}`,
  );
}

const SETTLE_MS = 10_000;
const IN_A_ROW = 12;

export { BLOG, SHOP };
