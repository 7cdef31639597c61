import { CloudflareError } from "./trouble.ts";
import { wordsOf, type Words } from "./trouble-words.ts";

/** An answer; or why there is none, in two parts and as one text. */
export type Asked<T> =
  | { readonly known: true; readonly value: T }
  | ({ readonly known: false; readonly why: string } & Words);

/** What was asked for; or why there is no answer, with what to do about it. */
export async function observed<T>(ask: () => Promise<T>): Promise<Asked<T>> {
  try {
    return { known: true, value: await ask() };
  } catch (thrown) {
    if (!(thrown instanceof CloudflareError)) throw thrown;
    const { message, next } = wordsOf(thrown);
    return { known: false, message, next, why: `${message}; ${next}` };
  }
}
