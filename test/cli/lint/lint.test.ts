import { generateKeyPairSync } from "node:crypto";
import { describe, expect, test } from "vitest";
import { lint, type LintRequest } from "../../../cli/lint/lint.ts";
import type { LintFinding } from "../../../cli/lint/lint-finding.ts";
import { parseHostname } from "../../../shared/hostname.ts";
import {
  EKU,
  basicConstraints,
  extendedKeyUsage,
  keyUsage,
  subjectAltName,
} from "../../support/certificate-parts.ts";
import {
  leafExtensions,
  mint,
  mintCa,
  mintLeaf,
  type Minted,
  type Recipe,
} from "../../support/certificates.ts";
import { freshKeys, keysOf, SIGNATURES } from "../../support/keys.ts";

const DAY = 86_400_000;
const NOW = Date.now();
const shop = parseHostname("shop.example.com");
const ca = mintCa({ notAfter: NOW + 400 * DAY });
const good = leaf({});

/** A pull certificate as it should be, but for the recipe. */
function leaf(recipe: Recipe, by: Minted = ca): Minted {
  return mintLeaf(by, { notAfter: NOW + 90 * DAY, ...recipe });
}

/** The same with other extensions. */
function leafWith(...extensions: NonNullable<Recipe["extensions"]>): Minted {
  return leaf({ extensions });
}

interface Given extends Partial<Omit<LintRequest, "certificate" | "key">> {
  readonly certificate?: string;
  readonly key?: string | null;
  readonly mode?: number;
}

function findingsOf(given: Given = {}): readonly LintFinding[] {
  const { certificate = good.pem, key = null, mode = 0o600, ...rest } = given;
  const { findings } = lint({
    certificate: { file: "shop.pem", text: certificate, mode: 0o644 },
    key: key === null ? null : { file: "shop.key", text: key, mode },
    level: "store",
    hostname: shop,
    now: NOW,
    ...rest,
  });
  for (const { next, otherwise } of findings) expect([next, otherwise]).not.toContain("");
  return findings;
}

/** `problem shop.pem: certificates[0]`, for each. */
function placesOf(given: Given): readonly string[] {
  return findingsOf(given).map(({ severity, file, path }) => `${severity} ${file}: ${path}`);
}

/** What Cloudflare answers or the verifier says, for each problem. */
function endsOf(given: Given): readonly string[] {
  return findingsOf(given)
    .filter(({ severity }) => severity === "problem")
    .map(
      ({ otherwise }) =>
        /\b(?:1408|1412|2200)\b|[a-z]+(?:-[a-z]+)+$/.exec(otherwise)?.[0] ?? otherwise,
    );
}

const usage = keyUsage("digitalSignature");
const client = extendedKeyUsage(EKU.clientAuth);
const noCa = basicConstraints(false);
const names = subjectAltName("shop.example.com");

describe("the leaf", () => {
  test.each([
    ["of version 1", mint({ version: 1, by: ca }), ["1412"]],
    ["that is a CA's", leafWith(basicConstraints(true), usage, client, names), ["1412"]],
    ["without basicConstraints", leafWith(usage, client, names), ["1412"]],
    ["without extendedKeyUsage", leafWith(noCa, usage, names), ["not-for-client-auth"]],
    [
      "for servers alone",
      leafWith(noCa, usage, extendedKeyUsage(EKU.serverAuth), names),
      ["not-for-client-auth"],
    ],
    [
      "that may not sign",
      leafWith(noCa, keyUsage("keyEncipherment"), client, names),
      ["not-for-client-auth"],
    ],
    [
      "that may sign certificates",
      leafWith(noCa, keyUsage("digitalSignature", "keyCertSign"), client, names),
      ["certificate-is-a-ca"],
    ],
    [
      "with four of these faults",
      leafWith(keyUsage("keyCertSign"), extendedKeyUsage(EKU.serverAuth), names),
      ["1412", "not-for-client-auth", "certificate-is-a-ca", "not-for-client-auth"],
    ],
  ])("%s is a problem, and says what would have come of it", (_what, { pem }, expected) => {
    expect(endsOf({ certificate: pem, hostname: null })).toEqual(expected);
  });

  test("without a keyUsage is worth knowing", () => {
    expect(placesOf({ certificate: leafWith(noCa, client, names).pem })).toEqual([
      "warning shop.pem: certificates[0]",
    ]);
  });

  test("must name the hostname, where one is given", () => {
    const { pem } = mintLeaf(ca, { names: ["blog.example.com"], notAfter: NOW + 90 * DAY });
    expect(placesOf({ certificate: pem })).toEqual([
      "problem shop.pem: certificates[0].subjectAltName",
    ]);
    expect(findingsOf({ certificate: pem })[0]?.message).toContain("blog.example.com");
    expect(placesOf({ certificate: pem, hostname: null })).toEqual([]);
  });

  test("without any name is worth knowing", () => {
    const { pem } = leafWith(noCa, usage, client);
    expect(placesOf({ certificate: pem, hostname: null })).toEqual([
      "warning shop.pem: certificates[0].subjectAltName",
    ]);
  });
});

describe("the key's kind", () => {
  test.each([
    ["RSA of 1024 bits", leaf({ keys: keysOf("rsa-1024") }), ["weak-key"]],
    [
      "P-521",
      leaf({ keys: freshKeys("secp521r1") }),
      ["Cloudflare may refuse it, or present nothing in the handshake"],
    ],
    [
      "Ed25519",
      leaf({ keys: freshKeys("ed25519") }),
      ["Cloudflare may refuse it, or present nothing in the handshake"],
    ],
    ["P-384", leaf({ keys: freshKeys("secp384r1") }), []],
    ["RSA of 2048 bits", leaf({ keys: keysOf("rsa-2048") }), []],
  ])("%s", (_what, { pem }, expected) => {
    expect(endsOf({ certificate: pem })).toEqual(expected);
  });

  test("a signature with SHA-1 is refused", () => {
    const rsaCa = mintCa({ keys: keysOf("rsa-2048"), notAfter: NOW + 400 * DAY });
    const { pem } = leaf({ signature: SIGNATURES.rsaSha1 }, rsaCa);
    expect(endsOf({ certificate: pem })).toEqual(["weak-signature"]);
  });
});

describe("the chain", () => {
  const middle = mintCa({ by: ca, subject: "middle", notAfter: NOW + 300 * DAY });
  const below = leaf({}, middle);

  test.each([
    ["the issuer before the leaf", [ca, good], ["problem shop.pem: certificates[0]"]],
    [
      "a stranger behind the leaf",
      [good, mintCa({ notAfter: NOW + 90 * DAY })],
      ["problem shop.pem: certificates[1]"],
    ],
    ["the root behind the leaf", [good, ca], ["warning shop.pem: certificates[1]"]],
    ["an intermediate left out", [below, ca], ["problem shop.pem: certificates[1]"]],
    [
      "the root behind the intermediate",
      [below, middle, ca],
      ["warning shop.pem: certificates[2]"],
    ],
    ["the leaf and its intermediate", [below, middle], []],
  ])("with %s", (_what, chain, expected) => {
    expect(placesOf({ certificate: chain.map(({ pem }) => pem).join("") })).toEqual(expected);
  });

  test.each(["hostname", "zone"] as const)("has no place on the %s level", (level) => {
    expect(endsOf({ certificate: below.pem + middle.pem, level })).toEqual(["1412"]);
    expect(endsOf({ certificate: below.pem, level })).toEqual([]);
  });

  test("a leaf that signed itself has no issuer that the origin could know", () => {
    const keys = freshKeys();
    const extensions = leafExtensions(keys, { keys });
    const { pem } = mint({ keys, notAfter: NOW + 90 * DAY, extensions });
    expect(endsOf({ certificate: pem })).toEqual(["unknown-issuer"]);
  });
});

describe("time", () => {
  test.each([
    ["over", -1, "problem"],
    ["29 days", 29 * DAY + 1, "warning"],
    ["30 days", 30 * DAY + 1000, null],
  ])("%s", (_what, left, severity) => {
    const { pem } = leaf({ notBefore: NOW - 60 * DAY, notAfter: NOW + left });
    expect(placesOf({ certificate: pem })).toEqual(
      severity === null ? [] : [`${severity} shop.pem: certificates[0]`],
    );
  });

  test("not begun yet", () => {
    const { pem } = leaf({ notBefore: NOW + DAY });
    expect(endsOf({ certificate: pem })).toEqual(["certificate-not-yet-valid"]);
  });

  test("an intermediate that ends first ends the chain", () => {
    const middle = mintCa({ by: ca, subject: "middle", notAfter: NOW + 3 * DAY });
    const certificate = leaf({}, middle).pem + middle.pem;
    expect(placesOf({ certificate })).toEqual(["warning shop.pem: certificates[1]"]);
  });
});

describe("the form of a file", () => {
  test.each([
    ["a byte order mark", `\uFEFF${good.pem}`, ["problem shop.pem: "]],
    ["CRLF", good.pem.replaceAll("\n", "\r\n"), ["warning shop.pem: "]],
    ["text before the block", `the shop's\n${good.pem}`, ["problem shop.pem: line 1"]],
    [
      "bag attributes",
      `Bag Attributes\n    localKeyID: 01\n${good.pem}`,
      ["problem shop.pem: line 1"],
    ],
    ["text behind the block", `${good.pem}\nend\n`, ["problem shop.pem: line 12"]],
    ["the key", good.pem + good.keyPem, ["problem shop.pem: blocks[1]"]],
    ["the key alone", good.keyPem, ["problem shop.pem: blocks[0]"]],
    ["nothing", "", ["problem shop.pem: "]],
    ["DER", "0\u0082\u0001\0", ["problem shop.pem: "]],
    ["half a block", good.pem.slice(0, 200), ["problem shop.pem: "]],
    ["a damaged block", good.pem.replace("MII", "MJJ"), ["problem shop.pem: certificates[0]"]],
  ])("%s", (_what, certificate, expected) => {
    const places = placesOf({ certificate });
    expect(places.map((place) => place.replace(/line 1\d/, "line 12"))).toEqual(expected);
    expect(endsOf({ certificate }).filter((end) => end !== "1408")).toEqual([]);
  });

  test("none of them hides what else is wrong", () => {
    const { pem, keyPem } = leafWith(noCa, usage, names);
    expect(endsOf({ certificate: `\uFEFF${pem}${keyPem}` })).toEqual([
      "1408",
      "1408",
      "not-for-client-auth",
    ]);
  });
});

describe("the key's file", () => {
  const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;

  test.each([
    ["another's", leaf({}).keyPem, ["problem shop.key: "]],
    ["a certificate", good.pem, ["problem shop.key: ", "problem shop.key: "]],
    [
      "encrypted",
      rsa.export({ type: "pkcs8", format: "pem", cipher: "aes128", passphrase: "x" }).toString(),
      ["problem shop.key: "],
    ],
    [
      "encrypted, in the older form",
      rsa.export({ type: "pkcs1", format: "pem", cipher: "aes128", passphrase: "x" }).toString(),
      ["problem shop.key: "],
    ],
    ["with a byte order mark", `\uFEFF${good.keyPem}`, ["problem shop.key: "]],
  ])("%s is a problem", (_what, key, expected) => {
    expect(placesOf({ key }).slice(0, 1)).toEqual(expected.slice(0, 1));
    expect(placesOf({ key }).every((place) => place.startsWith("problem"))).toBe(true);
  });

  test("in SEC 1 is worth knowing, and EC PARAMETERS before it are a problem", () => {
    const key = good.keys.privateKey.export({ type: "sec1", format: "pem" }).toString();
    expect(placesOf({ key })).toEqual(["warning shop.key: "]);
    const parameters =
      "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n";
    expect(placesOf({ key: parameters + key })).toEqual([
      "problem shop.key: ",
      "warning shop.key: ",
    ]);
  });

  test("that others can read is worth knowing", () => {
    expect(placesOf({ key: good.keyPem, mode: 0o640 })).toEqual(["warning shop.key: "]);
  });

  test("of the second certificate says so", () => {
    const found = findingsOf({ certificate: good.pem + ca.pem, key: ca.keyPem });
    expect(found.at(-1)?.message).toContain("certificates[1]");
  });
});

test("finds nothing in what is as it should be", () => {
  expect(findingsOf({ key: good.keyPem })).toEqual([]);
});
