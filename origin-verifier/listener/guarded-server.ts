import type { AddressInfo } from "node:net";
import type { Listener } from "./create-listener.ts";
import type { SelfCheckOutcome } from "./self-check.ts";

/** A listener with both locks in it. The server itself is not to be had: nothing can be hung past the locks. */
export interface GuardedServer {
  /**
   * Makes sure of the listener by trying it, then starts to accept pulls.
   *
   * @throws UnsafeListener where it does what it must never do, or cannot be tried; and where the address is taken.
   */
  readonly listen: (port: number, host: string) => Promise<AddressInfo>;
  /** Stops accepting, lets what is in flight end within the deadline, then closes all. */
  readonly close: (deadlineMs?: number) => Promise<void>;
  /** Connections at this moment, those in their handshake and WebSockets included. */
  readonly connectionCount: () => number;
}

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

const CLOSE_DEADLINE_MS = 10_000;

/** Wraps a listener. */
export function guardedServer({
  server,
  destroyConnections,
  connectionCount,
  selfCheck,
}: Listener): KeptServer {
  const close = (deadlineMs = CLOSE_DEADLINE_MS): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(() => destroyConnections(), deadlineMs);
      server.close(() => {
        clearTimeout(timer);
        resolve();
      });
      server.closeIdleConnections();
    });
  return {
    connectionCount,
    close,
    listen: async (port, host) => {
      const { unsafe, untried } = await selfCheck();
      if (unsafe.length > 0 || untried.length > 0)
        throw new UnsafeListener([...unsafe, ...untried]);
      return new Promise((resolve, reject) => {
        server.once("error", reject);
        server.listen(port, host, () => {
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
