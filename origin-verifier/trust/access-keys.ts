import { createPublicKey, type JsonWebKey, type KeyObject } from "node:crypto";
import { AsnConvert } from "@peculiar/asn1-schema";
import { SubjectPublicKeyInfo } from "@peculiar/asn1-x509";
import * as v from "valibot";
import { failed, parsedUnless, pathTo, type Parsed, type Problem } from "../../shared/problem.ts";
import { readKeyFacts } from "../certificate/key-strength.ts";

/** The public keys of one team of Cloudflare Access, by their ids. */
export type AccessKeys = ReadonlyMap<string, KeyObject>;

/** Cloudflare publishes two: the one that signs, and the one before it. */
const MOST_KEYS = 10;
const SetSchema = v.object({ keys: v.array(v.record(v.string(), v.unknown())) });
// RFC 7517 4: what is not named here (x5c, x5u, ...) is not read. A key's name says nothing of whose it is.
const KeySchema = v.object({
  kty: v.literal("RSA", "not an RSA key: Cloudflare Access signs with RSA"),
  kid: v.pipe(v.string(), v.regex(/^[\x21-\x7e]{1,256}$/, "no key id (kid)")),
  alg: v.optional(v.literal("RS256", "not a key for RS256")),
  use: v.optional(v.literal("sig", "not a key that signs")),
  n: v.pipe(v.string(), v.regex(/^[\w-]+$/, "no modulus")),
  e: v.pipe(v.string(), v.regex(/^[\w-]+$/, "no exponent")),
});
/** RFC 7518 6.3.2 and 6.4.1. */
const PRIVATE = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

/**
 * Reads the keys of a team (a JWK Set, RFC 7517): RSA public keys alone, each by the rules of pull certificates' keys and with
 * an id of its own. All problems at once; one bad key, and none of the file is taken.
 */
export function parseAccessKeys(text: string): Parsed<AccessKeys> {
  const set = v.safeParse(SetSchema, parseJson(text));
  if (!set.success) return failed("", 'no JWK Set: expected {"keys": [...]}');
  const { keys } = set.output;
  if (keys.length === 0) return failed("keys", "no key in it: no token would be accepted");
  if (keys.length > MOST_KEYS) return failed("keys", `more than ${MOST_KEYS} keys`);
  const read = new Map<string, KeyObject>();
  const problems = keys.flatMap((raw, index): readonly Problem[] => {
    const at = pathTo("keys", index);
    const secret = PRIVATE.find((member) => Object.hasOwn(raw, member));
    if (secret !== undefined)
      return [{ path: pathTo(at, secret), message: "a private key: only public ones belong here" }];
    const parsedKey = v.safeParse(KeySchema, raw);
    if (!parsedKey.success) {
      const [issue] = parsedKey.issues;
      const member = v.getDotPath(issue);
      return [{ path: member === null ? at : pathTo(at, member), message: issue.message }];
    }
    const { kid, n, e } = parsedKey.output;
    if (read.has(kid)) return [{ path: pathTo(at, "kid"), message: "two keys with one id" }];
    const key = readKey({ kty: "RSA", n, e });
    if (key === null) return [{ path: at, message: "cannot be read" }];
    const info = AsnConvert.parse(
      key.export({ type: "spki", format: "der" }),
      SubjectPublicKeyInfo,
    );
    const { weak } = readKeyFacts(info, key);
    if (weak !== null) return [{ path: at, message: weak }];
    read.set(kid, key);
    return [];
  });
  return parsedUnless(problems, () => read);
}

function readKey(jwk: JsonWebKey): KeyObject | null {
  try {
    return createPublicKey({ key: jwk, format: "jwk" });
  } catch {
    return null;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
