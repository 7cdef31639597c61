import { readAccess } from "../cloudflare/access.ts";
import { connect, type Connection } from "../cloudflare/connection.ts";
import { REAL_WAITING } from "../cloudflare/retry.ts";
import { pauseWords } from "../cloudflare/trouble-words.ts";
import type { Speaker } from "../manners/io.ts";

/**
 * The connection of a command, by what the environment says. Pauses are told to people, each in a line.
 *
 * @throws {Failure} where the environment lacks the token or the account.
 */
export function connectCloudflare(err: Pick<Speaker, "line" | "colours">): Connection {
  return connect(readAccess(process.env), {
    ...REAL_WAITING,
    onPause: (trouble, ms) => err.line(err.colours.dim(`  ${pauseWords(trouble, ms)}`)),
  });
}
