import { parseHostname, type Hostname } from "../../shared/hostname.ts";
import type { Trust } from "../trust/trust.ts";

/**
 * The hostname that a peer named in its handshake (RFC 6066 3), in any case and with a trailing dot; null where that is none.
 *
 * Most write it as the mapping does: what is written like one of its origin hostnames is that, and need not be parsed: that is
 * asked twice in each handshake, and would be a fiftieth of its CPU.
 */
export function readServerName(written: string, origins: Trust["origins"]): Hostname | null {
  const asWritten = written as Hostname;
  return origins.has(asWritten) ? asWritten : parseHostname(written);
}
