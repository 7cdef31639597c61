import { readFileSync, statSync } from "node:fs";
import { isPullSecret } from "../../shared/wire.ts";
import { failure } from "../manners/failure.ts";
import { whyUnread } from "../manners/read-text.ts";
import { shellQuote } from "../manners/shell-quote.ts";

/** What stands alone in a file, and which flag names it. */
interface Kind {
  readonly what: string;
  readonly flag: string;
  readonly isOne: (text: string) => boolean;
  /** What it looks like. */
  readonly form: string;
  readonly next: string;
}

const SECRET: Kind = {
  what: "secret",
  flag: "--secret-file FILE",
  isOne: isPullSecret,
  form: "one line of 20 to 512 printable characters, without spaces",
  next: "put the secret alone into it, as the verifier has it in its environment",
};

const TOKEN: Kind = {
  what: "token",
  flag: "--token-file FILE",
  isOne: (text) => text.length <= LONGEST_TOKEN && /^[\w-]+\.[\w-]+\.[\w-]+$/.test(text),
  form: "one line of three parts with a dot between them, as JWTs are",
  next: "let Access write it: (umask 077; cloudflared access token -app=https://HOSTNAME > FILE)",
};

/** Longer ones the verifier does not look at. */
const LONGEST_TOKEN = 8_192;

/**
 * Reads the secret of `X-Pull-Secret` from a file: an argument would be in every list of processes, and in the shell's history.
 *
 * @throws {Failure} where others can read it too, or it holds none. No message holds any of it.
 */
export function readSecretFile(file: string): string {
  return readAlone(file, SECRET);
}

/**
 * Reads a token of Cloudflare Access from a file, for `Cf-Access-Jwt-Assertion`: whoever has it is its visitor until it ends. Whether
 * it is good, the verifier says.
 *
 * @throws {Failure} as {@link readSecretFile}.
 */
export function readTokenFile(file: string): string {
  return readAlone(file, TOKEN);
}

function readAlone(file: string, { what, flag, isOne, form, next }: Kind): string {
  const refuse = (message: string, step: string): Error => failure({ file, message, next: step });
  const { text, mode } = readBoth(file, `name the file with the ${what}: ${flag}`);
  if ((mode & 0o077) !== 0) {
    const written = (mode & 0o777).toString(8);
    throw refuse(`can be read by others (mode ${written})`, `chmod 600 ${shellQuote(file)}`);
  }
  // An editor ends the last line.
  const alone = text.replace(/\r?\n$/, "");
  if (isOne(alone)) return alone;
  throw refuse(`no ${what}: ${form}`, next);
}

function readBoth(file: string, next: string): { readonly text: string; readonly mode: number } {
  try {
    return { text: readFileSync(file, "utf8"), mode: statSync(file).mode };
  } catch (thrown) {
    throw failure({ file, message: whyUnread(thrown), next });
  }
}
