import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";

/** How long somebody stays logged in. */
export const SESSION_SECONDS = 12 * 60 * 60;

const COOKIE = "pullproof-console";

/** Who is logged in to the console, without a list of them: nothing grows with each login. */
export interface ConsoleSessions {
  /** The value of `Set-Cookie` for somebody who has just shown the token. */
  readonly begin: () => string;
  /** Whether a Cookie header has a session of this process that is not over. */
  readonly has: (cookieHeader: string | undefined) => boolean;
}

/**
 * Makes sessions: the time of their end, signed with a key of this process. The token itself is not in the cookie: cookies
 * know no ports, and go to whatever else answers under the same name.
 */
export function createConsoleSessions(now: () => number): ConsoleSessions {
  const key = randomBytes(32);
  const signed = (end: string): string => createHmac("sha256", key).update(end).digest("base64url");
  return {
    begin: () => {
      const end = String(now() + SESSION_SECONDS * 1_000);
      // Not Secure: the listener speaks http. Strict: a link from another page begins without it.
      return `${COOKIE}=${end}.${signed(end)}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${SESSION_SECONDS}`;
    },
    has: (cookieHeader = "") =>
      cookieHeader.split(";").some((pair) => {
        const [, end, signature] =
          /^\s*pullproof-console=([0-9]{1,16})\.([\w-]{43})\s*$/.exec(pair) ?? [];
        if (end === undefined || signature === undefined) return false;
        const right = timingSafeEqual(Buffer.from(signature), Buffer.from(signed(end)));
        return right && now() < Number(end);
      }),
  };
}
