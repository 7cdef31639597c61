import type { AddressInfo } from "node:net";
import type { Listener } from "./create-listener.ts";
import type { SelfCheckOutcome } from "./self-check.ts";

/** A listener with both locks in it. The server itself is not to be had: nothing can be hung past the locks. */
export interface GuardedServer {
  /**
   * Makes sure of the listener by trying it, then starts to accept pulls.
   *
   * @param host default: every address of this machine.
   * @param sharing with `reusePort` other processes of the same user may listen there, too. Default: none may.
   * @throws UnsafeListener where it does what it must never do, or cannot be tried; and where the address is taken.
   */
  readonly listen: (port: number, host?: string, sharing?: Sharing) => Promise<AddressInfo>;
  /** From now on each answer closes its connection; new ones are still accepted: for while others are told of the end. */
  readonly drain: () => void;
  /**
   * Stops accepting, and lets what is in flight be answered.
   *
   * @param deadlineMs after this many milliseconds what is left is cut off. Default 30,000.
   * @returns how many pulls and WebSockets were cut off.
   */
  readonly close: (deadlineMs?: number) => Promise<number>;
  /** Connections at this moment, those in their handshake and WebSockets included. */
  readonly connectionCount: () => number;
}

/** Whether an address is shared. */
export interface Sharing {
  readonly reusePort: boolean;
}

const ALONE: Sharing = { reusePort: false };

/** A guarded server, and what the verifier alone does with it. */
export interface KeptServer extends GuardedServer {
  /** Tries it again, where it listens. One that is unsafe is closed at once, with all its connections. */
  readonly makeSure: () => Promise<SelfCheckOutcome>;
}

/** Why a listener never came to listen. */
export class UnsafeListener extends Error {
  override readonly name = "UnsafeListener";
  readonly problems: readonly string[];
  constructor(problems: readonly string[]) {
    super(problems.join("\n"));
    this.problems = problems;
  }
}

/** How long what is in flight may take, where nothing else is said. */
export const DRAIN_DEADLINE_MS = 30_000;

/** Wraps a listener. */
export function guardedServer({ server, drain, connectionCount, selfCheck }: Listener): KeptServer {
  const close = (deadlineMs = DRAIN_DEADLINE_MS): Promise<number> => drain.close(deadlineMs);
  return {
    connectionCount,
    drain: drain.begin,
    close,
    listen: async (port, host, { reusePort } = ALONE) => {
      const { unsafe, untried } = await selfCheck();
      if (unsafe.length > 0 || untried.length > 0)
        throw new UnsafeListener([...unsafe, ...untried]);
      return new Promise((resolve, reject) => {
        server.once("error", reject);
        server.listen({ port, ...(host === undefined ? {} : { host }), reusePort }, () => {
          server.off("error", reject);
          resolve(server.address() as AddressInfo);
        });
      });
    },
    makeSure: async () => {
      if (!server.listening) return { unsafe: [], untried: [] };
      const outcome = await selfCheck();
      if (outcome.unsafe.length > 0) await close(0);
      return outcome;
    },
  };
}
