/** The bounds that keep a slow or hostile peer from costing more than itself. Times are in milliseconds. */
export interface Limits {
  /** Connections at once; the next is closed before its handshake. */
  readonly connections: number;
  /** Of these, connections in their handshake; for the next, the one that began first is closed. */
  readonly handshakes: number;
  /** From the connection to the end of its TLS handshake. */
  readonly handshakeMs: number;
  /** From the first byte of a request head to its last. */
  readonly headersMs: number;
  /** Between two pieces of a request's body. */
  readonly bodyIdleMs: number;
  /** Between two requests of a connection. Cloudflare keeps idle connections for up to 900 s. */
  readonly keepAliveMs: number;
  /** From a whole request to the first byte of the application's answer; after the first, between two pieces of it. */
  readonly applicationMs: number;
  /** Bytes of a request's head. */
  readonly headerBytes: number;
  /** Header lines of a request. */
  readonly headerLines: number;
}

/**
 * Least and most of each. There is no "none": to Node a timeout of 0 is no timeout, which is how a limit is lost by a
 * slip of the pen.
 */
export const LIMIT_RANGES: Readonly<Record<keyof Limits, readonly [least: number, most: number]>> =
  {
    connections: [1, 1_000_000],
    handshakes: [1, 1_000_000],
    handshakeMs: [100, 60_000],
    headersMs: [100, 60_000],
    bodyIdleMs: [100, 600_000],
    keepAliveMs: [100, 1_000_000],
    applicationMs: [100, 3_600_000],
    headerBytes: [1_024, 64 * 1024],
    headerLines: [10, 10_000],
  };

/** How long a peer may take nothing, in milliseconds: longer than the application's own limit, which has an answer to give. */
export function stillMs({ applicationMs }: Pick<Limits, "applicationMs">): number {
  return applicationMs + 1_000;
}

/** The name of a limit. */
export const LIMIT_NAMES = Object.keys(LIMIT_RANGES) as readonly (keyof Limits)[];

/** Why a value cannot be a limit; null where it can. */
export function limitProblem(name: keyof Limits, value: unknown): string | null {
  const [least, most] = LIMIT_RANGES[name];
  const fits = Number.isInteger(value) && Number(value) >= least && Number(value) <= most;
  return fits ? null : `not a whole number from ${least} to ${most}`;
}

/** What holds where nothing else is said. */
export const DEFAULT_LIMITS: Limits = {
  connections: 10_000,
  handshakes: 2_000,
  handshakeMs: 8_000,
  headersMs: 10_000,
  bodyIdleMs: 30_000,
  keepAliveMs: 120_000,
  applicationMs: 300_000,
  headerBytes: 20 * 1024,
  headerLines: 2_000,
};
