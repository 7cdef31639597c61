import { generateKeyPairSync } from "node:crypto";
import { describe, expect, it, test } from "vitest";
import { parseAccessKeys } from "../../../origin-verifier/trust/access-keys.ts";
import { keySet, mintAccessKey } from "../../support/access.ts";

const [one, two] = [mintAccessKey("one"), mintAccessKey("two")];
const pathsOf = (text: string): readonly string[] => {
  const read = parseAccessKeys(text);
  return read.ok ? [] : read.problems.map(({ path }) => path);
};
const withKeys = (...keys: readonly unknown[]): string => JSON.stringify({ keys });
const without = (member: string): object =>
  Object.fromEntries(Object.entries(one.jwk).filter(([name]) => name !== member));

describe("a file of Access keys is refused", () => {
  test.each([
    "",
    "{",
    "[]",
    "null",
    "{}",
    '{"keys": {}}',
    '{"keys": ["x"]}',
    one.publicKey.export({ type: "spki", format: "pem" }).toString(),
  ])("where it is no JWK Set (%j)", (text) => {
    expect(pathsOf(text)).toEqual([""]);
  });

  test("where nobody's key is in it, or more than a team has", () => {
    expect(pathsOf(withKeys())).toEqual(["keys"]);
    const many = Array.from({ length: 11 }, (_, at) => ({ ...one.jwk, kid: `k${at}` }));
    expect(pathsOf(withKeys(...many))).toEqual(["keys"]);
  });

  test.each([
    ["of another kind", { ...one.jwk, kty: "EC" }, "keys[0].kty"],
    ["that is shared, not public", { kty: "oct", kid: "one", k: "c2VjcmV0" }, "keys[0].k"],
    ["for another algorithm", { ...one.jwk, alg: "RS512" }, "keys[0].alg"],
    ["for a MAC", { ...one.jwk, alg: "HS256" }, "keys[0].alg"],
    ["that encrypts", { ...one.jwk, use: "enc" }, "keys[0].use"],
    ["without an id", without("kid"), "keys[0].kid"],
    ["with an empty id", { ...one.jwk, kid: "" }, "keys[0].kid"],
    ["without a modulus", without("n"), "keys[0].n"],
    ["without an exponent", without("e"), "keys[0].e"],
    ["that cannot be read", { ...one.jwk, n: "", e: "AQAB" }, "keys[0].n"],
    ["with the exponent 1", { ...one.jwk, e: "AQ" }, "keys[0]"],
    ["with a small modulus", { ...mintAccessKey("small", 1024).jwk }, "keys[0]"],
    [
      "with a modulus of one factor",
      { ...one.jwk, n: Buffer.alloc(256, 0xff).toString("base64url") },
      "keys[0]",
    ],
  ])("for a key %s", (_, key, path) => {
    expect(pathsOf(withKeys(key, two.jwk))).toEqual([path]);
  });

  test("for any part of a private key", () => {
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const jwk = privateKey.export({ format: "jwk" });
    for (const member of ["d", "p", "q", "dp", "dq", "qi"] as const)
      expect(pathsOf(withKeys({ ...one.jwk, [member]: jwk[member] }))).toEqual([
        `keys[0].${member}`,
      ]);
  });

  test("for two keys with one id: which of them it is would be anybody's guess", () => {
    expect(pathsOf(withKeys(one.jwk, { ...two.jwk, kid: "one" }))).toEqual(["keys[1].kid"]);
  });

  test("with everything that is wrong, at once", () => {
    expect(pathsOf(withKeys({ ...one.jwk, use: "enc" }, two.jwk, {}))).toEqual([
      "keys[0].use",
      "keys[2].kty",
    ]);
  });
});

it("takes both keys of a rotation, and nothing else of what stands beside them", () => {
  const read = parseAccessKeys(
    JSON.stringify({
      ...JSON.parse(
        keySet(
          [one, { ...two, jwk: { ...two.jwk, x5u: "https://evil.test" } }],
          "2026-01-01T00:00:00Z",
        ),
      ),
      public_cert: { kid: "other" },
    }),
  );
  expect(read.ok && [...read.value.keys()]).toEqual(["one", "two"]);
  expect(read.ok && read.value.get("one")?.equals(one.publicKey)).toBe(true);
});
