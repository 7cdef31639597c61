import { describe, expect, test } from "vitest";
import { fingerprintProblem, parseFingerprint } from "../../shared/fingerprint.ts";

const hex = "9a1ac2b4be15f9f27eee20a734cba4e9898f61001b3bd7c84b69b56a3e25a2b9";
const colons = (hex.match(/../g) ?? []).join(":");
const base64 = Buffer.from(hex, "hex").toString("base64");

describe("a fingerprint has one writing", () => {
  test("sha256: and 64 lower-case hex digits", () => {
    expect(parseFingerprint(`sha256:${hex}`)).toBe(`sha256:${hex}`);
  });

  test.each([
    ["without its prefix", hex],
    ["in upper case", `sha256:${hex.toUpperCase()}`],
    ["with an upper-case prefix", `SHA256:${hex}`],
    ["with colons", `sha256:${colons}`],
    ["cut by one digit", `sha256:${hex.slice(1)}`],
    ["with a digit too many", `sha256:${hex}0`],
    ["with a space before", ` sha256:${hex}`],
    ["with a line break after", `sha256:${hex}\n`],
    ["with a letter that is no digit", `sha256:${hex.replace("0", "o")}`],
    ["of another hash", `sha1:${hex}`],
    ["twice", `sha256:sha256:${hex}`],
    ["empty", ""],
  ])("and none %s", (_, raw) => {
    expect(parseFingerprint(raw)).toBeNull();
  });
});

describe("what people paste is told back as it should be", () => {
  test.each([
    ["the digits alone", hex],
    ["a browser's", colons.toUpperCase()],
    ["openssl's line", `sha256 Fingerprint=${colons.toUpperCase()}\n`],
    ["an older openssl's line", `SHA256 Fingerprint=${colons.toUpperCase()}`],
    ["with the algorithm's hyphen", `SHA-256: ${hex}`],
    ["with space around", `  SHA256:${hex}\n`],
    ["in groups", `sha256:${hex.slice(0, 32)} ${hex.slice(32)}`],
    ["in upper case", `sha256:${hex.toUpperCase()}`],
  ])("%s", (_, raw) => {
    expect(fingerprintProblem(raw)).toContain(`did you mean sha256:${hex}?`);
  });
});

describe("what is not a SHA-256 in hex says what it looks like", () => {
  test.each([
    ["cut", `sha256:${hex.slice(1)}`, "63 hex digits; is it cut?"],
    ["of openssl's default hash", `sha1 Fingerprint=${colons.slice(0, 59)}`, "SHA-1"],
    ["of SHA-1, by its digits alone", hex.slice(0, 40), "SHA-1"],
    ["of a longer hash", `sha512:${hex}${hex}`, "128 hex digits; another hash"],
    ["in base64", `SHA256:${base64}`, "base64"],
    ["in base64 without padding", base64.slice(0, -1), "base64"],
    ["in base64, by a browser", ` SHA-256: ${base64}\n`, "base64"],
    ["with a letter after it", `sha256:${hex}z`, "sha256: and 64 hex digits"],
    ["with a letter before it", `sha256:z${hex}`, "sha256: and 64 hex digits"],
    ["with a word before it", `abc sha256:${hex}`, "sha256: and 64 hex digits"],
    ["of another alphabet", "sha256:xyz", "sha256: and 64 hex digits"],
    ["empty", "", "sha256: and 64 hex digits"],
    ["without digits", "sha256:", "sha256: and 64 hex digits"],
  ])("%s", (_, raw, said) => {
    expect(fingerprintProblem(raw)).toContain(said);
  });

  test("repeats nothing but hex digits of what it was given", () => {
    expect(fingerprintProblem(`sha256:\u001b[31m${hex}`)).not.toContain("\u001b");
  });
});
