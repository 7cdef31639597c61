import { readFileSync, statSync } from "node:fs";
import { isPullSecret } from "../../shared/wire.ts";
import { failure, messageOf } from "../manners/failure.ts";

/**
 * Reads the secret of `X-Pull-Secret` from a file: an argument would be in every list of processes, and in the shell's history.
 *
 * @throws {Failure} where others can read it too, or it holds none. No message holds any of it.
 */
export function readSecretFile(file: string): string {
  const refuse = (message: string, next: string): Error => failure({ file, message, next });
  const { text, mode } = readBoth(file);
  if ((mode & 0o077) !== 0) {
    const written = (mode & 0o777).toString(8);
    throw refuse(`can be read by others (mode ${written})`, `chmod 600 ${file}`);
  }
  // An editor ends the last line.
  const secret = text.replace(/\r?\n$/, "");
  if (isPullSecret(secret)) return secret;
  throw refuse(
    "no secret: one line of 20 to 512 printable characters, without spaces",
    "put the secret alone into it, as the verifier has it in its environment",
  );
}

function readBoth(file: string): { readonly text: string; readonly mode: number } {
  try {
    return { text: readFileSync(file, "utf8"), mode: statSync(file).mode };
  } catch (thrown) {
    const next = "name the file with the secret: --secret-file FILE";
    throw failure({ file, message: `cannot be read (${messageOf(thrown)})`, next });
  }
}
