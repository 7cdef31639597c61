import { TOKEN_VARIABLE, WRITTEN_TOKEN } from "../../origin-verifier/admin/admin-token.ts";
import { failure } from "../manners/failure.ts";

/**
 * Reads the token for verifiers' admin listeners from the environment.
 *
 * @returns null where there is none: not every listener asks for one.
 * @throws {Failure} where it cannot be one, without repeating it.
 */
export function readAdminToken(
  environment: Readonly<Record<string, string | undefined>>,
): string | null {
  const token = environment[TOKEN_VARIABLE]?.trim() ?? "";
  if (token === "") return null;
  // fetch repeats whatever else it is given in its message.
  if (WRITTEN_TOKEN.test(token)) return token;
  throw failure({
    message: `${TOKEN_VARIABLE} holds characters that no token has (a quotation mark, a blank, a second line?)`,
    next: "export it again, the verifier's own token alone, on one line",
  });
}
