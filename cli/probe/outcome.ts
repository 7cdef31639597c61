import type { Hostname } from "../../shared/hostname.ts";

/** A certificate with its key, as a pull presents it. PEM. */
export interface Presented {
  /** The leaf first, and its intermediates after it. */
  readonly certificate: string;
  readonly key: string;
}

/** One connection to an origin, and one request on it. */
export interface PullAttempt {
  /** Where the connection goes: an IP address, or a name that the system resolves. */
  readonly address: string;
  readonly port: number;
  /** SNI; null sends none. */
  readonly servername: Hostname | null;
  /** The request's Host. */
  readonly authority: string;
  readonly path: string;
  readonly certificate: Presented | null;
  /** Sent in `X-Pull-Secret`, to an origin whose certificate is in order and to no other; null sends none. */
  readonly secret?: string | null;
  /** The same of a token of Cloudflare Access, in `Cf-Access-Jwt-Assertion`. */
  readonly token?: string | null;
  /** A TLS session of an earlier attempt, offered anew. */
  readonly session?: Buffer | undefined;
  /** The newest version of TLS that is offered; what Node has where it is left out. */
  readonly maxVersion?: "TLSv1.2" | "TLSv1.3" | undefined;
  /** CAs to hold the origin certificate against, PEM; null: the public ones that Node brings, as a Worker would. */
  readonly originIssuers: string | null;
  /** Milliseconds until it is given up. */
  readonly patience: number;
}

/** The error of an attempt that would have had to say the secret, or a token, to an origin whose certificate is not in order. */
export const SECRET_KEPT = "its origin certificate is not trusted, so the secret was not sent";

/** What an attempt showed. Nothing in it is a judgement. */
export interface PullOutcome {
  /** Null where no TCP connection came about, or the handshake failed. */
  readonly handshake: Handshake | null;
  /** Null where not one whole head of an answer came. */
  readonly answer: Answer | null;
  /** The engine's or the system's code for what went wrong; null where an answer came. */
  readonly error: string | null;
  /** Whether a TCP connection was made. */
  readonly connected: boolean;
  /** From the dial to the answer's head, or to the end of it all, in milliseconds. */
  readonly milliseconds: number;
}

/** What the TLS handshake showed. */
export interface Handshake {
  readonly tlsVersion: string;
  /** Whether the offered session was taken up again: no certificate was shown then. */
  readonly resumed: boolean;
  /** A session that the origin handed out; null where it handed out none. */
  readonly session: Buffer | null;
  readonly originCertificate: OriginCertificate;
}

/** The certificate that the origin showed. */
export interface OriginCertificate {
  readonly subject: string;
  readonly issuer: string;
  /** Milliseconds since 1970. */
  readonly notAfter: number;
  /** Why it cannot be trusted for the name that was asked for; null where it can. */
  readonly problem: string | null;
}

/** The head of an HTTP answer. */
export interface Answer {
  readonly status: number;
  /** Of a verifier's own answer: its opaque id. */
  readonly refusal: string | null;
  /** Of a Worker's own answer to a pull that failed: its opaque id. */
  readonly failed: string | null;
  readonly server: string | null;
  /** Whether Cloudflare's edge gave it (`CF-RAY`). */
  readonly throughCloudflare: boolean;
}
