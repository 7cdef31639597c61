import { createServer, type AddressInfo } from "node:net";
import { codeOf, messageOf, refuseIfAny } from "../manners/failure.ts";

/** The one address that a local world listens on. */
export const LOOPBACK = "127.0.0.1";

/** A port that somebody wants, and how a person says so. */
export interface WantedPort {
  /** 0 lets the system choose. */
  readonly port: number;
  /** Who wants it, in words. */
  readonly listener: string;
  /** The flag that moves it. */
  readonly flag: string;
}

/**
 * Makes sure that every wanted port is free, before anything starts.
 *
 * @param command what the person typed, to which flags are added for the next command.
 * @throws {Failure} naming each port that is not; the next command moves all of them to ports that are.
 */
export async function requirePorts(wanted: readonly WantedPort[], command: string): Promise<void> {
  const taken: { readonly want: WantedPort; readonly why: string }[] = [];
  for (const [index, want] of wanted.entries()) {
    const { port } = want;
    const rival = wanted.slice(0, index).find((other) => other.port === port && port !== 0);
    const why = rival === undefined ? await obstacleTo(port) : `is ${rival.listener}'s`;
    if (why !== null) taken.push({ want, why });
  }
  const moves: string[] = [];
  const avoid = new Set(wanted.map(({ port }) => port));
  for (const { want } of taken) {
    const free = await freePortNear(want.port, avoid);
    avoid.add(free);
    moves.push(`${want.flag} ${free}`);
  }
  const findings = taken.map(({ want: { port, listener, flag }, why }) => ({
    file: "",
    path: flag,
    message: `port ${port} ${why}; ${listener} wants it`,
    next: `${command} ${moves.join(" ")}`,
  }));
  refuseIfAny(findings);
}

async function freePortNear(port: number, avoid: ReadonlySet<number>): Promise<number> {
  for (let candidate = port + 1; candidate < Math.min(port + 20, 65_536); candidate++) {
    if (candidate >= 1024 && !avoid.has(candidate) && (await obstacleTo(candidate)) === null)
      return candidate;
  }
  return 0;
}

/** Why a port cannot be listened on, in words; null where it can. */
async function obstacleTo(port: number): Promise<string | null> {
  const server = createServer();
  try {
    await new Promise<AddressInfo>((resolve, reject) => {
      server.once("error", reject);
      server.listen({ port, host: LOOPBACK, exclusive: true }, () =>
        resolve(server.address() as AddressInfo),
      );
    });
    return null;
  } catch (thrown) {
    if (codeOf(thrown) === "EADDRINUSE") return "is in use";
    if (codeOf(thrown) === "EACCES") return "needs rights that this user does not have";
    return `cannot be listened on (${messageOf(thrown)})`;
  } finally {
    await new Promise<void>((resolve) => void server.close(() => resolve()));
  }
}
