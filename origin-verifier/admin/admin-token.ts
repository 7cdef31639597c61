import { createHash, timingSafeEqual } from "node:crypto";
import { failed, parsed, type Parsed } from "../../shared/problem.ts";
import { readTextFile } from "../trust/read-file.ts";

declare const adminTokenBrand: unique symbol;

/** What opens the admin listener. A secret: never logged, never in an answer, never in a cookie. */
export type AdminToken = string & { readonly [adminTokenBrand]: true };

/** The environment variable that holds the token where no file does. */
export const TOKEN_VARIABLE = "PULLPROOF_ADMIN_TOKEN";

/** Fewer characters could be guessed over a network. */
const LEAST = 20;
const MOST = 512;
/** What an Authorization header carries as it stands behind `Bearer ` (RFC 6750 2.1). */
export const WRITTEN_TOKEN = /^[A-Za-z0-9._~+/-]+=*$/;
const MAKE_ONE = "make one with: openssl rand -base64 32";

/** Parses a token; a line break at its end, as editors and `openssl` leave it, does not count. */
export function parseAdminToken(raw: string): Parsed<AdminToken> {
  const token = raw.replace(/\r?\n$/, "");
  if (token === "") return failed("", `empty: ${MAKE_ONE}`);
  if (!WRITTEN_TOKEN.test(token))
    return failed("", `not a token of letters, digits and ._~+/- on one line: ${MAKE_ONE}`);
  if (token.length < LEAST) return failed("", `shorter than ${LEAST} characters: ${MAKE_ONE}`);
  if (token.length > MOST) return failed("", `longer than ${MOST} characters: ${MAKE_ONE}`);
  return parsed(token as AdminToken);
}

/**
 * Reads the token from its file or, without one, from the environment.
 *
 * @returns null where neither says one. The problem's path is the file, or the variable's name.
 */
export async function readAdminToken(
  file: string | null,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Parsed<AdminToken | null>> {
  if (file === null) {
    const said = environment[TOKEN_VARIABLE] ?? "";
    return said === "" ? parsed(null) : placed(parseAdminToken(said), TOKEN_VARIABLE);
  }
  const text = await readTextFile(file);
  return text.ok ? placed(parseAdminToken(text.value), file) : placed(text, file);
}

/** Whether what was given is the token. Takes the same time for all that is given, whatever it shares with the token. */
export function isToken(given: string, token: AdminToken): boolean {
  // Hashed first: the comparison wants equal lengths, and must not tell the token's.
  return timingSafeEqual(digest(given), digest(token));
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

function placed<T>(read: Parsed<T>, path: string): Parsed<T> {
  return read.ok ? read : failed(path, read.problems[0].message);
}
