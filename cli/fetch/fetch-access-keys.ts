import * as v from "valibot";
import { parseAccessKeys } from "../../origin-verifier/trust/access-keys.ts";
import { keysFetchedAt } from "../../origin-verifier/trust/fetched-at.ts";
import { failure, refuseIfAny } from "../manners/failure.ts";
import { findingsIn } from "../manners/finding.ts";
import { download } from "./download.ts";
import type { Fetched } from "./fetched.ts";
import { accessKeysUrl } from "./published.ts";

/** What a verifier reads of a key; whatever else is published beside it stays there. */
const MEMBERS = ["kid", "kty", "alg", "use", "e", "n"] as const;
const AnswerSchema = v.object({ keys: v.array(v.record(v.string(), v.unknown())) });
const FileSchema = v.object({ from: v.string(), keys: v.array(v.unknown()) });
const NEXT = "nothing was written. Is it the team's name, as in NAME.cloudflareaccess.com?";

/**
 * Fetches the public keys of a team of Cloudflare Access. They are as good as the TLS connection to that team's own name, so
 * no redirect is followed, and they are read by the rules by which the verifier loads them.
 *
 * @throws {Failure} where they cannot be had.
 */
export async function fetchAccessKeys(
  team: string,
  now: Date,
): Promise<Fetched & { readonly ids: readonly string[] }> {
  const from = accessKeysUrl(team);
  const answer = v.safeParse(AnswerSchema, parseJson(await download(from, "error")));
  if (!answer.success)
    throw failure({ file: from, message: "what came is no set of keys", next: NEXT });
  // All that came is vetted, and not only what is kept of it: what brings a private key is no place of public ones.
  const read = parseAccessKeys(JSON.stringify(answer.output));
  if (!read.ok) refuseIfAny(findingsIn(from, read.problems, NEXT));
  const keys = answer.output.keys.map((key) =>
    Object.fromEntries(MEMBERS.flatMap((name) => (name in key ? [[name, key[name]]] : []))),
  );
  return {
    text: `${JSON.stringify({ from, fetched: now.toISOString(), keys }, null, 2)}\n`,
    ids: keys.map(({ kid }) => String(kid)),
    isOurs: (before) => fileOf(before)?.from === from,
    isSame: (before) => JSON.stringify(fileOf(before)?.keys) === JSON.stringify(keys),
    fetchedAt: keysFetchedAt,
  };
}

function fileOf(text: string): v.InferOutput<typeof FileSchema> | null {
  const file = v.safeParse(FileSchema, parseJson(text));
  return file.success ? file.output : null;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
