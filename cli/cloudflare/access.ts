import { failure } from "../manners/failure.ts";

/** What opens Cloudflare's API to the operator's tool. Taken from the environment alone: arguments are seen by every process. */
export interface CloudflareAccess {
  /** An API token. Never printed, never logged. */
  readonly token: string;
  readonly accountId: string;
  /** Without a trailing slash. */
  readonly baseUrl: string;
}

const DEFAULT_BASE_URL = "https://api.cloudflare.com/client/v4";
const ACCOUNT_ID = /^[0-9a-f]{32}$/;
// RFC 6750 2.1: what may stand behind "Bearer ". A line break here would be another header.
const TOKEN = /^[A-Za-z0-9._~+/=-]+$/;
const LOOPBACK = ["localhost", "127.0.0.1", "[::1]"];

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads CLOUDFLARE_API_TOKEN, CLOUDFLARE_ACCOUNT_ID and CLOUDFLARE_API_BASE_URL: the names that wrangler reads too.
 *
 * @throws {Failure} where one is missing or cannot be what it says it is, without repeating the token.
 */
export function readAccess(environment: Environment): CloudflareAccess {
  const token = environment["CLOUDFLARE_API_TOKEN"]?.trim() ?? "";
  const accountId = environment["CLOUDFLARE_ACCOUNT_ID"]?.trim() ?? "";
  if (token === "") {
    throw failure({
      message: "CLOUDFLARE_API_TOKEN is not set",
      next: "make a token at dash.cloudflare.com/profile/api-tokens, and export CLOUDFLARE_API_TOKEN",
    });
  }
  if (!TOKEN.test(token)) {
    throw failure({
      message:
        "CLOUDFLARE_API_TOKEN holds characters that no token has (a quotation mark, a blank?)",
      next: "export it again, the token alone",
    });
  }
  if (!ACCOUNT_ID.test(accountId)) {
    throw failure({
      message:
        accountId === ""
          ? "CLOUDFLARE_ACCOUNT_ID is not set"
          : "CLOUDFLARE_ACCOUNT_ID is not an account id (32 hex digits)",
      next: "npx wrangler whoami prints the id; export CLOUDFLARE_ACCOUNT_ID",
    });
  }
  return { token, accountId, baseUrl: readBaseUrl(environment["CLOUDFLARE_API_BASE_URL"]) };
}

/** The token goes wherever this points, and private keys with it: over TLS, or not beyond this machine. */
function readBaseUrl(raw: string | undefined): string {
  if (raw === undefined || raw.trim() === "") return DEFAULT_BASE_URL;
  const url = URL.canParse(raw) ? new URL(raw) : null;
  const isSafe =
    url?.protocol === "https:" || (url?.protocol === "http:" && LOOPBACK.includes(url.hostname));
  if (url !== null && isSafe && url.username === "" && url.password === "" && url.search === "") {
    return `${url.origin}${url.pathname.replace(/\/+$/, "")}`;
  }
  throw failure({
    message:
      "CLOUDFLARE_API_BASE_URL must be an https URL (http only to localhost), without a user, a password or a query",
    next: `unset CLOUDFLARE_API_BASE_URL, which means ${DEFAULT_BASE_URL}`,
  });
}
