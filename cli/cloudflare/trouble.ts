import type { Endpoint } from "./endpoint.ts";

/** Why a call to Cloudflare did not do what it should. `said` is Cloudflare's own text, for people. */
export type Trouble =
  /** 1406 in a zone, 1471 in the account: the same certificate is there already. */
  | { readonly kind: "same certificate" }
  /** 1408: certificate or key cannot be read. */
  | { readonly kind: "unreadable"; readonly said: string }
  /** 1412: a CA, a chain, or a certificate that does not say `CA:FALSE`. */
  | { readonly kind: "not a leaf" }
  /** 1414: it is being deleted. */
  | { readonly kind: "pending deletion" }
  /** 1415: an id of another kind, 1404: none. */
  | { readonly kind: "wrong id" }
  /** 1433: a hostname uses it; or the account store's refusal. */
  | { readonly kind: "in use"; readonly said: string }
  /** 1434: it is not deployed yet. */
  | { readonly kind: "pending deployment" }
  /** 1551, 1552, 1553, 10007, or HTTP 404. */
  | { readonly kind: "not there"; readonly said: string }
  /** 409: another change of the zone is in progress. */
  | { readonly kind: "zone is busy" }
  /** 429. */
  | { readonly kind: "too many requests" }
  /** 5xx. */
  | { readonly kind: "unavailable"; readonly status: number }
  /** The token cannot be one, is not known, or has ended. */
  | { readonly kind: "token refused"; readonly said: string }
  /** The token may not do this here. */
  | { readonly kind: "not permitted"; readonly said: string }
  /** No answer: no connection, a connection that broke, or none in time. */
  | { readonly kind: "unreachable"; readonly why: string }
  /** An answer of a form that it should not have. Nothing is concluded from it. */
  | { readonly kind: "odd answer"; readonly what: string }
  /** Everything else. */
  | {
      readonly kind: "refused";
      readonly status: number;
      readonly code: number | null;
      readonly said: string;
    };

/** A call that failed. Only for the way up to whoever turns it into an `Observation` or a `Failure`. */
export class CloudflareError extends Error {
  readonly trouble: Trouble;
  readonly endpoint: Endpoint;

  constructor(trouble: Trouble, endpoint: Endpoint) {
    super(trouble.kind);
    this.name = "CloudflareError";
    this.trouble = trouble;
    this.endpoint = endpoint;
  }
}

/** What is wrong, where a call failed with one of these troubles; null for everything else that can be thrown. */
export function troubleOf(thrown: unknown): Trouble | null {
  return thrown instanceof CloudflareError ? thrown.trouble : null;
}
