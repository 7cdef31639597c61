import { describe, expect, test } from "vitest";
import {
  isPlaceholderCertificateId,
  parseHostnameAopCertificateId,
  parseMtlsCertificateId,
  parseZoneAopCertificateId,
  type MtlsCertificateId,
} from "../../shared/certificate-id.ts";

const uuid = "2458ce5a-0c35-4c7f-82c7-8e9487d3ff60";
const DIGITS = Array.from("0123456789abcdef");
const hex32 = "023e105f4ecef8ad9ca31a8372d0c353";

describe.each([
  ["the account's store", parseMtlsCertificateId],
  ["a hostname-level certificate", parseHostnameAopCertificateId],
  ["a zone-level certificate", parseZoneAopCertificateId],
])("an id of %s", (_, parse) => {
  test("is a UUID", () => {
    expect(parse(uuid)).toBe(uuid);
  });

  test.each(DIGITS)("may have %s wherever a digit stands", (digit) => {
    const written = uuid.replaceAll(/[0-9a-f]/g, digit);
    expect(parse(written)).toBe(written);
  });

  test.each([
    ["empty", ""],
    ["in upper case", uuid.toUpperCase()],
    ["in braces", `{${uuid}}`],
    ["cut", uuid.slice(0, -1)],
    ["with a digit too many", `${uuid}0`],
    ["with a line break after", `${uuid}\n`],
    ["with a space before", ` ${uuid}`],
    ["grouped otherwise", "2458ce5a0c35-4c7f-82c7-8e94-87d3ff60ab12"],
    ["with a letter that is no digit", uuid.replace("a", "g")],
    ["a path", `${uuid.slice(0, 8)}/../${uuid.slice(14)}`],
    ["31 digits", hex32.slice(1)],
    ["64 digits", hex32 + hex32],
  ])("is not %s", (__, raw) => {
    expect(parse(raw)).toBeNull();
  });
});

test("32 hex digits are an id of a zone's certificate, and none of the account's store", () => {
  for (const id of [hex32, ...DIGITS.map((digit) => digit.repeat(32))]) {
    expect(parseHostnameAopCertificateId(id)).toBe(id);
    expect(parseZoneAopCertificateId(id)).toBe(id);
    expect(parseMtlsCertificateId(id)).toBeNull();
  }
});

test.each([
  ["00000000-0000-0000-0000-000000000000", true],
  ["00000000-0000-0000-0000-000000000001", true],
  ["00000000-0000-0000-0000-ffffffffffff", true],
  ["00000000-0000-0000-0001-000000000001", false],
  ["10000000-0000-0000-0000-000000000001", false],
  [uuid, false],
])("%s holds a place only: %s", (id, placeholder) => {
  expect(parseMtlsCertificateId(id)).toBe(id);
  expect(isPlaceholderCertificateId(id as MtlsCertificateId)).toBe(placeholder);
});
