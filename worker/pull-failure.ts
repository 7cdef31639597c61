import { PULL_REFUSAL, isRefusalId } from "../shared/wire.ts";

/** Why a pull has no answer of the application's: data, for one switch to turn into what a stranger may see. */
export type PullFailure =
  /** The verifier (or whatever guards the origin) answered itself. */
  | { readonly cause: "refused"; readonly status: number; readonly refusal: string | null }
  /** Cloudflare's edge made the answer: it got none from the origin, or none it could use. */
  | { readonly cause: "edge-status"; readonly status: number }
  /** No answer at all: the handshake or the connection failed. */
  | { readonly cause: "network"; readonly detail: string }
  /** No response headers within the entry's deadline. */
  | { readonly cause: "deadline"; readonly seconds: number }
  /** No response headers within this origin's share of it, while another origin was waiting to be asked. */
  | { readonly cause: "share"; readonly seconds: number }
  /** The Worker has no such binding, or it is not one to fetch through. */
  | { readonly cause: "binding-missing"; readonly binding: string }
  /** The Worker has no such secret, or it is none that a verifier takes. What it is stands nowhere. */
  | { readonly cause: "secret-missing"; readonly secret: string }
  /** The Worker itself failed: a bug, and its text. */
  | { readonly cause: "unexpected"; readonly detail: string };

/**
 * Reads an answer's head.
 *
 * `Pull-Refusal` marks the answers of the verifier's own, and only those: it takes the header from the application's
 * answers. So an application's 403, 421 or 503 passes, and is never mistaken for a refusal. 520 to 530 are Cloudflare's,
 * made at the edge where the pull failed: in production that, and not an exception, is what a failed handshake gives.
 *
 * @returns null where the answer is the application's, whatever its status.
 */
export function readFailure(status: number, headers: Headers): PullFailure | null {
  const refusal = headers.get(PULL_REFUSAL);
  if (refusal !== null) {
    return { cause: "refused", status, refusal: isRefusalId(refusal) ? refusal : null };
  }
  return status >= 520 && status <= 530 ? { cause: "edge-status", status } : null;
}

/** The status that the visitor gets. A new cause does not compile until it has one. */
export function answeredStatus(failure: PullFailure): 500 | 502 | 503 | 504 {
  switch (failure.cause) {
    case "refused":
    case "network":
      return 502;
    case "edge-status":
      // 522: the origin took no connection in time. 524: it gave no answer in time.
      return failure.status === 522 || failure.status === 524 ? 504 : 502;
    case "deadline":
    case "share":
      return 504;
    case "binding-missing":
    case "secret-missing":
      return 503;
    case "unexpected":
      return 500;
  }
}

/** What the operator reads in the log beside the cause: what it means, and what to look at. Null where the rest says it. */
export function explain(failure: PullFailure): string | null {
  switch (failure.cause) {
    case "refused":
      return null;
    case "edge-status":
      return EDGE_STATUSES[failure.status] ?? "Cloudflare could not pull from the origin";
    case "network":
    case "unexpected":
      return failure.detail;
    case "deadline":
      return `no response headers within ${failure.seconds} s (present.deadlineSeconds)`;
    case "share":
      return `no response headers within ${failure.seconds} s, its share of present.deadlineSeconds`;
    case "binding-missing":
      return `no mTLS certificate binding ${failure.binding}: declare it under [[mtls_certificates]] in wrangler.toml and deploy`;
    case "secret-missing":
      return `no secret ${failure.secret} of 20 characters or more, or one with spaces in it: npx wrangler secret put ${failure.secret}`;
  }
}

/**
 * What can cure a failure, of a request that may be repeated: `again`, the same origin or another; `elsewhere`, another
 * alone; `none`.
 *
 * Nobody else is asked where somebody has decided. A verifier that refuses has: the mapping's entry is one for all of its
 * origins, so another that accepts is a rotation half done, and a page that answers by chance would hide it. A refusal of 502
 * to 504 decides nothing: the verifier took the pull, and its application gave no answer.
 */
export function cureOf(failure: PullFailure): "again" | "elsewhere" | "none" {
  switch (failure.cause) {
    case "network":
      return "again";
    case "edge-status":
    case "share":
      return "elsewhere";
    case "refused":
      return isWithoutApplication(failure.status) ? "elsewhere" : "none";
    case "deadline":
    case "binding-missing":
    case "secret-missing":
    case "unexpected":
      return "none";
  }
}

/**
 * What a failure says of the origin: `down`; `doubtful`, which counts when it comes again; `nothing`; or `answered`, where it may even be
 * a sign of its health.
 *
 * No visitor may turn others away from an origin. So a refusal is none: some of them are the visitor's doing (a request that cannot
 * be read, a token of Cloudflare Access that is missing). And a request with a body is the visitor's to spoil: whoever sends half of it,
 * or all of it too slowly, makes a deadline pass or a connection break, as often as he likes.
 *
 * @param hasBody whether the request had one.
 */
export function blameOf(
  failure: PullFailure,
  hasBody: boolean,
): "down" | "doubtful" | "nothing" | "answered" {
  const perhaps = hasBody ? "nothing" : "doubtful";
  switch (failure.cause) {
    case "edge-status":
      return SURELY_DOWN.has(failure.status) ? "down" : perhaps;
    case "network":
    case "deadline":
    case "share":
      return perhaps;
    case "refused":
      // The verifier took the pull, and says itself that its application is not there.
      return isWithoutApplication(failure.status) ? "doubtful" : "answered";
    case "binding-missing":
    case "secret-missing":
    case "unexpected":
      return "answered";
  }
}

function isWithoutApplication(status: number): boolean {
  return status >= 502 && status <= 504;
}

// No connection, or no handshake. 520 and 524 may be one page's doing.
const SURELY_DOWN = new Set([521, 522, 523, 525, 526, 530]);

const EDGE_STATUSES: Readonly<Record<number, string>> = {
  520: "no usable answer: is the origin hostname proxied by Cloudflare (it must not be), or was the handshake refused?",
  521: "the origin refused the connection: is the verifier running, and is its port open?",
  522: "the origin took no connection in time",
  523: "the origin is unreachable: look at its DNS records",
  524: "the origin gave no answer in time",
  525: "the handshake failed: does the origin accept this pull certificate?",
  526: "the origin certificate is not valid: it needs a public CA, or the Custom Origin Trust Store",
  530: "the origin hostname does not resolve, or Cloudflare refuses it",
};
