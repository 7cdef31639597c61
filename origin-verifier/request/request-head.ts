import {
  parseAuthority,
  parseHostname,
  type Authority,
  type Hostname,
} from "../../shared/hostname.ts";
import { refusal, type Refusal, type RefusalReason } from "../judge/refusal.ts";
import type { HeaderName } from "./header-name.ts";
import { pullNames, type PullNames } from "./pull-names.ts";
import { rememberNames } from "../../shared/remember-names.ts";
import { tokensOf } from "../../shared/tokens-of.ts";

/** A request's head as it was read from the wire, before anything is believed of it. */
export interface RawHead {
  readonly httpVersion: string;
  readonly method: string;
  /** The request target. */
  readonly target: string;
  /** Names and values in turn, as Node's `rawHeaders`. */
  readonly rawHeaders: readonly string[];
}

/**
 * A head from a reader that takes no request line but one of HTTP/1.1 in origin-form, with a method that a pull may have; no header
 * name but a token; and no value with control characters in it.
 */
export interface StrictHead extends Pick<RawHead, "method"> {
  readonly names: PullNames;
  /** The value of each line that anything is decided by. */
  readonly values: readonly string[];
}

/** How the body is delimited: what is forwarded says the same, explicitly. */
export type Framing =
  | { readonly by: "none" }
  | { readonly by: "length"; readonly bytes: number }
  | { readonly by: "chunks" };

/** A head that is an HTTP/1.1 request of the strict kind. */
export interface RequestHead {
  readonly authority: Authority;
  readonly forwardedHost: Hostname | null;
  readonly framing: Framing;
  /** `X-Pull-Secret`; null where there is none, or more than one: two would let the peer guess twice. */
  readonly secret: string | null;
  /** `Cf-Access-Jwt-Assertion`; null where there is none, or more than one: which of them an application reads is its own affair. */
  readonly token: string | null;
  /** Lower-case names that `Connection` nominates. */
  readonly nominated: readonly string[];
  /** The value of `Upgrade`; null where there is none. */
  readonly upgrade: string | null;
  readonly expectsContinue: boolean;
  /** What follows from the names of its lines. */
  readonly names: PullNames;
}

// RFC 9112 3.2.1: origin-form alone. No fragment, no control, nothing that is not ASCII, and no backslash, which some
// applications read as a slash.
export const ORIGIN_FORM = /^\/[\x21\x22\x24-\x5b\x5d-\x7e]*$/;
/** RFC 9110 5.5: a tab, visible characters, and the obsolete upper half; no other control character, and no NUL. */
export const FIELD_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;
const LENGTH = /^[0-9]{1,15}$/;

/** What was read, or why it is refused. */
export type Checked<T> = { readonly ok: true; readonly value: T } | Refused;
interface Refused {
  readonly ok: false;
  readonly refusal: Refusal;
}

/**
 * Reads a request's head by rules of our own, after Node's parser: what that one takes for the sake of the whole
 * web's history is refused here, since two readers that differ over where a request ends are a smuggled request.
 */
export function readRequestHead(head: RawHead, maxHeaderLines: number): Checked<RequestHead> {
  const { rawHeaders } = head;
  const refused =
    versionDoubt(head) ??
    linesDoubt(rawHeaders.length / 2, maxHeaderLines) ??
    requestLineDoubt(head);
  if (refused !== null) return refused;
  const names = pullNames(rawHeaders);
  if (!names.areTokens)
    return no("malformed-request", "a header name with characters outside RFC 9110 5.6.2");
  for (let at = 1; at < rawHeaders.length; at += 2)
    if (!FIELD_VALUE.test(rawHeaders[at] as string))
      return no("malformed-request", `control characters in ${names.all[at >> 1]?.lower}`);
  const values = names.deciding.map((line) => rawHeaders[2 * line + 1] as string);
  return readDeciding(head.method, values, names);
}

/** The same for a head whose lines were read strictly. */
export function readStrictHead(head: StrictHead, maxHeaderLines: number): Checked<RequestHead> {
  return (
    linesDoubt(head.names.all.length, maxHeaderLines) ??
    readDeciding(head.method, head.values, head.names)
  );
}

function versionDoubt({ httpVersion }: RawHead): Refused | null {
  return httpVersion === "1.1" ? null : no("version-not-supported", `HTTP/${httpVersion}`);
}

function linesDoubt(headerLines: number, most: number): Refused | null {
  return headerLines > most ? no("headers-too-large", `${headerLines} header lines`) : null;
}

function requestLineDoubt({ method, target }: RawHead): Refused | null {
  if (method === "CONNECT" || method === "TRACE") return no("method-not-allowed", method);
  if (!ORIGIN_FORM.test(target) && !(target === "*" && method === "OPTIONS"))
    return no("malformed-request", "the request target is not in origin-form");
  return null;
}

function readDeciding(
  method: string,
  values: readonly string[],
  names: PullNames,
): Checked<RequestHead> {
  const { single, twice, secret, token, connection } = names.places;
  if (twice !== null) return no("malformed-request", `two ${twice} headers`);
  const host = valueAt(values, single.host);
  if (host === null) return no("malformed-request", "no Host header");
  const { authority } = authorities.answer(host);
  if (authority === null)
    return no("malformed-request", "the Host header is not a hostname with an optional port");

  const expect = valueAt(values, single.expect);
  if (expect !== null && expect.toLowerCase() !== "100-continue")
    return no("expectation-failed", "an unknown Expect");

  const length = valueAt(values, single["content-length"]);
  const framing = readFraming(length, valueAt(values, single["transfer-encoding"]));
  if (!framing.ok) return framing;
  if (framing.value.by !== "none" && (method === "GET" || method === "HEAD")) {
    // RFC 9110 9.3.1: it has no meaning, and it has been the vehicle of request smuggling.
    return no("body-not-allowed", `a body on ${method}`);
  }
  const forwardedHost = valueAt(values, single["x-forwarded-host"]);
  return {
    ok: true,
    value: {
      authority,
      forwardedHost: forwardedHost === null ? null : hostnames.answer(forwardedHost).hostname,
      framing: framing.value,
      secret: valueAt(values, secret),
      token: valueAt(values, token),
      nominated: nominatedBy(values, connection),
      upgrade: valueAt(values, single.upgrade),
      expectsContinue: expect !== null,
      names,
    },
  };
}

function valueAt(values: readonly string[], place: number): string | null {
  return place === -1 ? null : (values[place] as string);
}

const NOBODY: readonly string[] = [];

function nominatedBy(values: readonly string[], lines: readonly number[]): readonly string[] {
  const [first, ...others] = lines;
  if (first === undefined) return NOBODY;
  const tokens = tokensOf(values[first] as string);
  if (others.length === 0) return tokens;
  return [...tokens, ...others.flatMap((line) => tokensOf(values[line] as string))];
}

// The same few values come again and again: what is remembered of them depends on the text alone.
const authorities = rememberNames((host) => ({ authority: parseAuthority(host) }));
const hostnames = rememberNames((name) => ({ hostname: parseHostname(name) }));

function readFraming(length: string | null, coding: string | null): Checked<Framing> {
  if (coding !== null) {
    if (length !== null) return no("malformed-request", "Transfer-Encoding beside Content-Length");
    // RFC 9112 6.1 would allow more codings; no origin behind a proxy needs them, and smuggling does.
    if (coding.toLowerCase() !== "chunked")
      return no("malformed-request", "Transfer-Encoding is not exactly chunked");
    return { ok: true, value: { by: "chunks" } };
  }
  if (length === null) return { ok: true, value: { by: "none" } };
  if (!LENGTH.test(length)) return no("malformed-request", "Content-Length is not a number");
  const bytes = Number(length);
  return { ok: true, value: bytes === 0 ? { by: "none" } : { by: "length", bytes } };
}

function no(reason: RefusalReason, detail: string): Refused {
  return { ok: false, refusal: refusal(reason, detail) };
}

/**
 * Names that `Connection` may never take away: the framing, the authority, and what both are read from; nor the token that was judged,
 * or its application would take whoever has one for somebody without.
 */
const KEPT_FROM_CONNECTION = new Set(["host", "content-length", "content-type"]);

/** Whether a header belongs to this one connection: by its name, or because `Connection` says so. */
export function isOfOneConnection(
  { lower, isHopByHop, isAccessToken }: HeaderName,
  nominated: ReadonlySet<string>,
): boolean {
  const isKept = isAccessToken || KEPT_FROM_CONNECTION.has(lower);
  return isHopByHop || (nominated.has(lower) && !isKept);
}
