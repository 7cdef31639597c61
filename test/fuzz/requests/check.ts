import {
  canonicalHeaderName,
  isIdentityHeader,
  X_PULL_FINGERPRINT,
  X_PULL_HOSTNAME,
  X_PULL_VERDICT,
} from "../../../shared/wire.ts";
import { readAnswers, type ReadAnswer } from "../../support/answer-reader.ts";
import { values, type ReadRequest } from "../../support/strict-reader.ts";
import { SHOP, type Pki } from "../../support/verifier-world.ts";
import type { Lane, Seen } from "./lane.ts";
import { mostOf } from "./reference.ts";

/** What an application is told of who somebody is, and by whom. */
const TOLD = new Set([
  "x-forwarded-for",
  "x-forwarded-proto",
  "cf-connecting-ip",
  "x-forwarded-host",
]);

/** What says where a request ends, and whose it is; in no other writing either. */
const FRAMES = new Set(["host", "content-length", "transfer-encoding"]);

/** Everything that is wrong with what came of a stream, and how much of it reached the application. */
export async function lookAt(
  lane: Lane,
  stream: string,
  { shop }: Pki,
): Promise<{ readonly wrong: readonly string[]; readonly reached: number }> {
  const { requests } = mostOf(stream);
  const { seen, unframed, pull } = await lane.send(stream);
  const wrong: string[] = [];
  if (seen.length > requests.length) {
    wrong.push(`${seen.length} requests reached the application, of at most ${requests.length}`);
  }
  for (const bytes of unframed) wrong.push(`unframed bytes for the application: ${bytes}`);
  for (const [at, one] of seen.entries()) {
    const most = requests[at];
    if (most === undefined) break;
    const [got, sent] = [one, most].map(({ method, target }) => `${method} ${target}`);
    if (got !== sent) wrong.push(`the application got ${got}, and was sent ${sent}`);
    if (!most.body.startsWith(one.body)) wrong.push(`another body: ${one.body}`);
    if (one.complete && (!most.complete || one.body !== most.body)) {
      wrong.push(`a body that is not whole ended as if it were: ${one.body}`);
    }
  }
  for (const one of seen) wrong.push(...wrongHeaders(one, shop.fingerprint));
  wrong.push(...wrongAnswers(pull.text(), requests, seen));
  return { wrong, reached: seen.length };
}

function wrongHeaders({ headers }: Seen, fingerprint: string): readonly string[] {
  const all = (name: string): string => values(headers, name.toLowerCase()).join("|");
  const told: readonly (readonly [string, string])[] = [
    ["Host", SHOP],
    ["X-Forwarded-Host", "shop.example.com"],
    [X_PULL_HOSTNAME, "shop.example.com"],
    [X_PULL_FINGERPRINT, fingerprint],
    [X_PULL_VERDICT, "accepted"],
  ];
  const wrong = told
    .filter(([name, value]) => all(name) !== value)
    .map(([name]) => `${name}: ${all(name)}`);
  const ours = new Set(told.map(([name]) => name.toLowerCase()));
  for (const [name] of headers) {
    const lower = name.toLowerCase();
    if (isIdentityHeader(name) && !TOLD.has(lower) && !ours.has(lower)) wrong.push(name);
    if (lower !== canonicalHeaderName(name) && FRAMES.has(canonicalHeaderName(name)))
      wrong.push(`${name}, which some read as ${canonicalHeaderName(name)}`);
  }
  const framings = [...values(headers, "content-length"), ...values(headers, "transfer-encoding")];
  if (framings.length > 1) wrong.push(`framed twice: ${framings.join("|")}`);
  return wrong;
}

/** Each answer must be the one to the request in its place: the application says which it answers. */
function wrongAnswers(
  text: string,
  requests: readonly ReadRequest[],
  seen: readonly Seen[],
): readonly string[] {
  let finals: readonly ReadAnswer[];
  try {
    const methods = requests.map(({ method }) => method);
    finals = readAnswers(text, methods).filter(({ status }) => status >= 200 || status === 101);
  } catch (error) {
    return [`no answer: ${(error as Error).message}`];
  }
  const wrong: string[] = [];
  for (const [at, { status, headers, body, complete }] of finals.entries()) {
    const request = requests[at];
    if (headers.has("pull-refusal")) {
      // Nobody who is refused has a next request; and what the application got whole has an answer of its own.
      if (at !== finals.length - 1) wrong.push("something behind a refusal");
      if (at < seen.filter((one) => one.complete).length)
        wrong.push(`a ${status} in the place of an answer`);
    } else if (complete && status === 200 && request?.method !== "HEAD") {
      if (body !== request?.target) wrong.push(`the answer ${body} to ${request?.target}`);
    }
  }
  return wrong;
}
