import { isIP } from "node:net";
import { failed, parsed, type Parsed } from "../../shared/problem.ts";

/** Where a listener listens. */
export interface ListenAddress {
  /** An IP address. */
  readonly host: string;
  /** 0 to 65535; 0 lets the system choose. */
  readonly port: number;
}

const WRITTEN = /^(?:\[([0-9a-fA-F:.]+)\]|([0-9.]+)):([0-9]{1,5})$/;

/** Reads `127.0.0.1:8443`, `[::1]:8443` or `0.0.0.0:443`: an IP address, so that no resolver has a say in it. */
function parseListenAddress(raw: string): Parsed<ListenAddress> {
  const match = WRITTEN.exec(raw);
  const host = match?.[1] ?? match?.[2] ?? "";
  const port = Number(match?.[3]);
  if (isIP(host) === 0 || !(port <= 65_535)) {
    return failed(
      "",
      `${JSON.stringify(raw)} is not an IP address and a port (127.0.0.1:8443, [::1]:8443)`,
    );
  }
  return parsed({ host, port });
}

/** Reads a listen address; null with the problem added. */
export function readListen(raw: string, place: string, problems: string[]): ListenAddress | null {
  const address = parseListenAddress(raw);
  if (address.ok) return address.value;
  problems.push(`${place}: ${address.problems[0].message}`);
  return null;
}

/** Whether only this machine reaches an address. */
export function isLoopback(host: string): boolean {
  // An address, never a name that begins like one: 127.0.0.1.example.com is anybody's.
  return host === "::1" || (isIP(host) === 4 && host.startsWith("127."));
}
