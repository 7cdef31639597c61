import { isIP } from "node:net";
import { parseHostname, type Hostname } from "../../shared/hostname.ts";
import { isLoopback } from "../command/listen-address.ts";

/** Which Host headers the admin listener answers. */
export interface AnsweredHosts {
  /** Whether the listener is on this machine alone. */
  readonly loopback: boolean;
  /** Names beside those of loopback. */
  readonly hosts: readonly Hostname[];
}

const WRITTEN = /^(?:\[([0-9A-Fa-f:.]{2,45})\]|([^:[\]]{1,254}))(?::[0-9]{1,5})?$/;

/**
 * Whether a Host header is one of ours. A web page can let its own name lead to this machine (DNS rebinding) and then read
 * whatever answers under that name: so no name is answered that nobody gave.
 *
 * An IP address is no name, and cannot be rebound: where the listener is reachable from elsewhere, any is answered, since
 * Prometheus and kubelet ask by address.
 */
export function isAnsweredHost(host: string, { loopback, hosts }: AnsweredHosts): boolean {
  const match = WRITTEN.exec(host);
  if (match === null) return false;
  const [, bracketed, plain = ""] = match;
  if (bracketed !== undefined) return isIP(bracketed) === 6 && (isLoopback(bracketed) || !loopback);
  if (isIP(plain) === 4) return isLoopback(plain) || !loopback;
  const name = parseHostname(plain);
  return name !== null && (name === "localhost" || hosts.includes(name));
}
