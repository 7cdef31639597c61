import type { ApplicationTarget } from "../application/application-target.ts";
import { ApplicationSocket } from "./application-socket.ts";
import type { CoarseClock } from "../listener/coarse-clock.ts";

/** The connections to the applications that nobody uses at the moment. */
export interface ApplicationSockets {
  /** One that was kept, the last used first, or a new one. */
  readonly take: (target: ApplicationTarget) => ApplicationSocket;
  /** One that nobody had before. */
  readonly fresh: (target: ApplicationTarget) => ApplicationSocket;
  /**
   * Keeps one for the next pull: it has brought a whole answer to a whole request, and nothing beside.
   *
   * @param forMs how long the application keeps it, as far as it says.
   */
  readonly giveBack: (target: ApplicationTarget, socket: ApplicationSocket, forMs: number) => void;
  /** Ends those that have been kept for too long. */
  readonly sweep: () => void;
  readonly endAll: () => void;
  /** How many are kept. */
  readonly idle: () => number;
}

/** Kept for each application; what is given back beyond that ends. */
const IDLE_AT_MOST = 1_024;
/** Longer than that nothing is kept, whatever an application says. */
const IDLE_MS = 60_000;
/** So much earlier than the application says, or a pull would meet its end on the way (as Node's Agent has it). */
const EARLIER_MS = 1_000;

/** Keeps them, an application at a time: what was opened to one serves no other. */
export function createApplicationSockets(clock: CoarseClock): ApplicationSockets {
  const byAddress = new Map<string, ApplicationSocket[]>();
  // An address is text; the same target comes with each pull until the next reload.
  const byTarget = new WeakMap<ApplicationTarget, ApplicationSocket[]>();
  const idleFor = (target: ApplicationTarget): ApplicationSocket[] => {
    let idle = byTarget.get(target);
    if (idle !== undefined) return idle;
    const address = target.by === "unix" ? `unix:${target.path}` : `${target.host} ${target.port}`;
    idle = byAddress.get(address) ?? [];
    byAddress.set(address, idle);
    byTarget.set(target, idle);
    return idle;
  };
  return {
    fresh: (target) => new ApplicationSocket(target),
    take: (target) => {
      const idle = idleFor(target);
      for (let kept = idle.pop(); kept !== undefined; kept = idle.pop())
        if (kept.isOpen && kept.keptUntil > clock.now()) return kept;
        else kept.destroy();
      return new ApplicationSocket(target);
    },
    giveBack: (target, socket, forMs) => {
      const idle = idleFor(target);
      socket.awaiting = null;
      socket.isReused = true;
      socket.keptUntil = clock.now() + Math.min(IDLE_MS, forMs - EARLIER_MS);
      if (socket.isOpen && idle.length < IDLE_AT_MOST) idle.push(socket);
      else socket.destroy();
    },
    sweep: () => {
      for (const idle of byAddress.values())
        for (const socket of idle.splice(0))
          if (socket.isOpen && socket.keptUntil > clock.now()) idle.push(socket);
          else socket.destroy();
    },
    endAll: () => {
      for (const idle of byAddress.values()) for (const socket of idle.splice(0)) socket.destroy();
    },
    idle: () => {
      let sum = 0;
      for (const { length } of byAddress.values()) sum += length;
      return sum;
    },
  };
}
