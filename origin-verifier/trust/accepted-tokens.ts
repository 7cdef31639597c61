import { hash, verify } from "node:crypto";
import type { AccessLock } from "../../shared/mapping.ts";
import type { AcceptedTokens } from "../judge/policy.ts";
import type { AccessKeys } from "./access-keys.ts";

/** Cloudflare's are one or two kilobytes; those with a hundred groups in them not much more. */
const MOST_CHARACTERS = 8_192;
/** Seconds that Cloudflare's clocks and this machine's may differ. */
const LEEWAY_SECONDS = 30;
/**
 * So many tokens are remembered by their digests, a hundred bytes each. A visitor's comes with every request, and is judged again each
 * second with every open WebSocket; the signature alone takes 0.1 ms.
 */
const MOST_KNOWN = 20_000;
/** RFC 7515 3.1: three parts, each of base64url without padding, and none of them empty. */
const COMPACT = /^([\w-]+\.[\w-]+)\.([\w-]+)$/;

/** When a token is valid, in seconds since 1970, with what clocks may differ. */
interface Validity {
  readonly from: number;
  readonly until: number;
}

/** What reads the parts of a token and believes none of them: jose's. Both throw where there is nothing to be read. */
export interface TokenReader {
  readonly decodeProtectedHeader: (token: string) => Readonly<Record<string, unknown>>;
  readonly decodeJwt: (token: string) => Readonly<Record<string, unknown>>;
}

/**
 * Takes tokens of one team, for one of its applications, while they are valid.
 *
 * Which algorithm and which key is never the token's to say: the algorithm is RS256, the key is the file's of that id, and
 * where a token brings a key or names a place of one (jwk, jku, x5c, x5u), nobody looks. The signature is checked in the same turn as
 * everything else that is judged: no request waits between its judgement and its being handed on.
 *
 * @param most how many tokens that were taken are remembered, and not checked anew but for their time. Default 20,000.
 */
export function acceptTokens(
  { team, audiences }: Pick<AccessLock, "team" | "audiences">,
  keys: AccessKeys,
  reader: TokenReader,
  most = MOST_KNOWN,
): AcceptedTokens {
  const issuer = `https://${team}.cloudflareaccess.com`;
  const accepted = new Set<unknown>(audiences);
  const isForUs = (audience: unknown): boolean =>
    Array.isArray(audience) ? audience.some((one) => accepted.has(one)) : accepted.has(audience);

  /** All but the time: when a token is valid, or why it never is. */
  const validityOf = (token: string): Validity | string => {
    const [, signed, signature] = COMPACT.exec(token) ?? [];
    if (signed === undefined || signature === undefined) return "is no token";
    const header = read(() => reader.decodeProtectedHeader(token));
    if (header === null) return "is no token";
    // RFC 8725 3.1: before any key is looked for, or "none" and a MAC under the public key would be two ways in.
    if (header["alg"] !== "RS256") return "is not signed with RS256";
    // RFC 7515 4.1.11: what must be understood, and is not.
    if (header["crit"] !== undefined) return "has critical extensions";
    const { kid } = header;
    const key = typeof kid === "string" ? keys.get(kid) : undefined;
    if (key === undefined) return "is signed with a key that is not in the file";
    const octets = Buffer.from(signature, "base64url");
    // RFC 4648 3.5: the last character has bits to spare. With all of its sixteen spellings taken, who was told never to take a token
    // again, by its text or its digest, took the other fifteen.
    const isSpelled = octets.toString("base64url") === signature;
    if (!isSpelled || !verify("sha256", Buffer.from(signed), key, octets))
      return "has a wrong signature";

    const claims = read(() => reader.decodeJwt(token));
    if (claims === null) return "holds no claims";
    if (claims["iss"] !== issuer) return "is another team's";
    if (!isForUs(claims["aud"])) return "is for another application";
    const { exp, iat, nbf = iat } = claims;
    if (!isTime(exp) || !isTime(iat) || !isTime(nbf)) return "does not say when it is valid";
    return { from: Math.max(iat, nbf) - LEEWAY_SECONDS, until: exp + LEEWAY_SECONDS };
  };

  // Digests, and not what could be sent again. What somebody else made up is not among them: nobody can push the others out.
  const known = new Map<string, Validity>();

  return {
    doubtOf: (token, now) => {
      if (token.length > MOST_CHARACTERS) return `is longer than ${MOST_CHARACTERS} characters`;
      const digest = hash("sha256", token, "base64");
      const before = known.get(digest);
      const validity = before ?? validityOf(token);
      if (typeof validity === "string") return validity;
      if (before === undefined) remember(known, digest, validity, most);
      return timeDoubt(validity, now / 1_000);
    },
  };
}

function remember(
  known: Map<string, Validity>,
  digest: string,
  validity: Validity,
  most: number,
): void {
  const [oldest] = known.keys();
  if (known.size >= most && oldest !== undefined) known.delete(oldest);
  known.set(digest, validity);
}

/** @param now seconds since 1970. */
function timeDoubt({ from, until }: Validity, now: number): string | null {
  if (!(now < until)) return "has expired";
  if (!(now >= from)) return "is not valid yet";
  return null;
}

function isTime(claim: unknown): claim is number {
  return typeof claim === "number" && Number.isFinite(claim);
}

function read<T>(decode: () => T): T | null {
  try {
    return decode();
  } catch {
    return null;
  }
}
