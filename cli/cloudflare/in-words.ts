import { failure } from "../manners/failure.ts";
import { CloudflareError } from "./trouble.ts";
import { wordsOf } from "./trouble-words.ts";

/**
 * Does what calls Cloudflare, for a command.
 *
 * @throws {Failure} in place of a {@link CloudflareError}, with the next command.
 */
export async function inWords<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    throw thrown instanceof CloudflareError ? failure(wordsOf(thrown)) : thrown;
  }
}
