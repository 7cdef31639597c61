import * as v from "valibot";
import { parseAddressRanges } from "../../origin-verifier/trust/address-ranges.ts";
import { FETCHED_LINE, rangesFetchedAt } from "../../origin-verifier/trust/fetched-at.ts";
import { failure, refuseIfAny } from "../manners/failure.ts";
import { findingsIn } from "../manners/finding.ts";
import { download } from "./download.ts";
import type { Fetched } from "./fetched.ts";
import { ADDRESSES_URL } from "./published.ts";

const Ranges = v.pipe(v.array(v.string()), v.minLength(1));
const AnswerSchema = v.object({
  success: v.literal(true),
  result: v.object({ ipv4_cidrs: Ranges, ipv6_cidrs: Ranges }),
});

/** How every file begins that is written here, and by which it is known again: no other is replaced. */
export const ADDRESSES_HEAD = "# Cloudflare's address ranges";
const NEXT = "nothing was written. Run the same command again later, or write the file by hand";

/**
 * Fetches Cloudflare's published ranges. Nothing is known beforehand to hold them against: they are as good as the TLS
 * connection to the API, so no redirect is followed, and they are read by the rules by which the verifier loads them.
 *
 * @throws {Failure} where they cannot be had.
 */
export async function fetchAddresses(now: Date): Promise<Fetched & { readonly ranges: number }> {
  const answer = v.safeParse(AnswerSchema, parseJson(await download(ADDRESSES_URL, "error")));
  if (!answer.success)
    throw failure({ file: ADDRESSES_URL, message: "what came is no list of ranges", next: NEXT });
  const { ipv4_cidrs: ipv4, ipv6_cidrs: ipv6 } = answer.output.result;
  const ranges = [...ipv4, ...ipv6];
  const head = `${ADDRESSES_HEAD}, by ${ADDRESSES_URL}: pullproof fetch addresses`;
  const text = `${head}\n${FETCHED_LINE}${now.toISOString()}\n${ranges.join("\n")}\n`;
  const read = parseAddressRanges(text);
  if (!read.ok) refuseIfAny(findingsIn(ADDRESSES_URL, read.problems, NEXT));
  return {
    text,
    ranges: ranges.length,
    isOurs: (before) => before.startsWith(ADDRESSES_HEAD),
    isSame: (before) => withoutTime(before) === withoutTime(text),
    fetchedAt: rangesFetchedAt,
  };
}

function withoutTime(text: string): string {
  return text
    .split("\n")
    .filter((line) => !line.startsWith(FETCHED_LINE))
    .join("\n");
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
