import { verify } from "node:crypto";
import type { AccessLock } from "../../shared/mapping.ts";
import type { AcceptedTokens } from "../judge/policy.ts";
import type { AccessKeys } from "./access-keys.ts";

/** Cloudflare's are one or two kilobytes; those with a hundred groups in them not much more. */
const MOST_CHARACTERS = 8_192;
/** Seconds that Cloudflare's clocks and this machine's may differ. */
const LEEWAY_SECONDS = 30;
/** RFC 7515 3.1: three parts, each of base64url without padding, and none of them empty. */
const COMPACT = /^([\w-]+\.[\w-]+)\.([\w-]+)$/;

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
 */
export function acceptTokens(
  { team, audiences }: Pick<AccessLock, "team" | "audiences">,
  keys: AccessKeys,
  reader: TokenReader,
): AcceptedTokens {
  const issuer = `https://${team}.cloudflareaccess.com`;
  const accepted = new Set<unknown>(audiences);
  const isForUs = (audience: unknown): boolean =>
    Array.isArray(audience) ? audience.some((one) => accepted.has(one)) : accepted.has(audience);

  return {
    doubtOf: (token, now) => {
      if (token.length > MOST_CHARACTERS) return `is longer than ${MOST_CHARACTERS} characters`;
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
      if (!verify("sha256", Buffer.from(signed), key, Buffer.from(signature, "base64url")))
        return "has a wrong signature";

      const claims = read(() => reader.decodeJwt(token));
      if (claims === null) return "holds no claims";
      if (claims["iss"] !== issuer) return "is another team's";
      if (!isForUs(claims["aud"])) return "is for another application";
      return timeDoubt(claims, now / 1_000);
    },
  };
}

/** @param now seconds since 1970. A time that is missing or none says nothing for the token. */
function timeDoubt(claims: Readonly<Record<string, unknown>>, now: number): string | null {
  const { exp, iat, nbf = iat } = claims;
  if (!isTime(exp) || !isTime(iat) || !isTime(nbf)) return "does not say when it is valid";
  if (!(now < exp + LEEWAY_SECONDS)) return "has expired";
  if (!(now >= Math.max(iat, nbf) - LEEWAY_SECONDS)) return "is not valid yet";
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
