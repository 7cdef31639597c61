import { createHash, timingSafeEqual } from "node:crypto";
import { failed, parsed, type Parsed } from "../../shared/problem.ts";
import type { AcceptedSecrets } from "../judge/policy.ts";

/** Fewer characters could be guessed over a network. */
const LEAST = 20;
const MOST = 512;
const WRITTEN = /^[\x21-\x7e]+$/;
const MAKE_ONE = "make one with: openssl rand -base64 32";

/** Reads the secret of one variable. No message holds any of it. */
export function parseSecret(said: string | undefined): Parsed<string> {
  if (said === undefined || said === "")
    return failed("", `not in the verifier's environment: ${MAKE_ONE}, and restart it with that`);
  if (!WRITTEN.test(said)) return failed("", `not printable ASCII without spaces: ${MAKE_ONE}`);
  if (said.length < LEAST) return failed("", `shorter than ${LEAST} characters: ${MAKE_ONE}`);
  if (said.length > MOST) return failed("", `longer than ${MOST} characters: ${MAKE_ONE}`);
  return parsed(said);
}

/** Keeps the digests of secrets, and compares with all of them in constant time. */
export function acceptSecrets(secrets: readonly string[]): AcceptedSecrets {
  const digests = secrets.map(digestOf);
  return {
    includes: (given) => {
      // Hashed first: the comparison wants equal lengths, and must not tell the secret's. No early end: which of the two
      // it is tells how far a rotation has come.
      const digest = digestOf(given);
      let found = false;
      for (const one of digests) found = timingSafeEqual(one, digest) || found;
      return found;
    },
  };
}

function digestOf(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
