import type { Observation } from "../observe/observed.ts";
import { CloudflareError } from "./trouble.ts";
import { wordsOf } from "./trouble-words.ts";

/** What was asked for; or why there is no answer, with what to do about it. */
export async function observed<T>(ask: () => Promise<T>): Promise<Observation<T>> {
  try {
    return { known: true, value: await ask() };
  } catch (thrown) {
    if (!(thrown instanceof CloudflareError)) throw thrown;
    const { message, next } = wordsOf(thrown);
    return { known: false, why: `${message}; ${next}` };
  }
}
