import { createServer, type AddressInfo } from "node:net";
import { codeOf, Failure, messageOf } from "../manners/failure.ts";
import type { Finding } from "../manners/finding.ts";

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
 * @param command what the person typed, to which the flag is added for the next command.
 * @throws {Failure} naming each port that is not, with its flag and a port that is free.
 */
export async function requirePorts(wanted: readonly WantedPort[], command: string): Promise<void> {
  const findings: Finding[] = [];
  for (const { port, listener, flag } of wanted) {
    const same = wanted.find((other) => other.port === port && other.flag !== flag);
    const obstacle = await obstacleTo(port);
    if (obstacle === null && (port === 0 || same === undefined)) continue;
    const message =
      obstacle === null
        ? `port ${port} is wanted twice: by ${listener} and by ${same?.listener ?? ""}`
        : `port ${port} ${obstacle}; ${listener} wants it`;
    const free = await freePortNear(port);
    findings.push({ file: "", path: flag, message, next: `${command} ${flag} ${free}` });
  }
  const [first, ...rest] = findings;
  if (first !== undefined) throw new Failure([first, ...rest]);
}

async function freePortNear(port: number): Promise<number> {
  for (let candidate = port + 1; candidate < Math.min(port + 20, 65_536); candidate++) {
    if (candidate >= 1024 && (await obstacleTo(candidate)) === null) return candidate;
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
