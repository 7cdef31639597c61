/** The bounds that keep a slow or hostile peer from costing more than itself. Times are in milliseconds. */
export interface Limits {
  /** Connections at once; the next is closed before its handshake. */
  readonly connections: number;
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

/** What holds where nothing else is said. */
export const DEFAULT_LIMITS: Limits = {
  connections: 10_000,
  handshakeMs: 8_000,
  headersMs: 10_000,
  bodyIdleMs: 30_000,
  keepAliveMs: 120_000,
  applicationMs: 300_000,
  headerBytes: 20 * 1024,
  headerLines: 2_000,
};
