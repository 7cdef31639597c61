import { describe, expect, test } from "vitest";
import { parseHttpDate } from "../../worker/http-date.ts";

const NOW = Date.parse("2026-06-01T12:00:00Z");
const MOMENT = Date.parse("1994-11-06T08:49:37Z");

test.each([
  ["IMF-fixdate", "Sun, 06 Nov 1994 08:49:37 GMT"],
  ["RFC 850", "Sunday, 06-Nov-94 08:49:37 GMT"],
  ["asctime", "Sun Nov  6 08:49:37 1994"],
])("the form of %s is a date", (_form, text) => {
  expect(parseHttpDate(text, NOW)).toBe(MOMENT);
});

test.each([
  ["75", "2075"],
  ["76", "2076"],
  ["77", "1977"],
  ["99", "1999"],
])(
  "a year of two digits, %s, is %s: past where it would be more than 50 years ahead",
  (two, four) => {
    const date = parseHttpDate(`Monday, 01-Jun-${two} 12:00:00 GMT`, NOW);
    expect(date).toBe(Date.parse(`${four}-06-01T12:00:00Z`));
  },
);

describe("is no date:", () => {
  test.each([
    "",
    "0",
    "-1",
    "3600",
    "2030",
    "2030-01-01T00:00:00Z",
    "Sun, 06 Nov 2033 08:49:37",
    "Sun, 06 Nov 2033 08:49:37 UTC",
    "Sun, 06 Nov 2033 08:49:37 +0000",
    "Sun, 06 Nov 2033 08:49:37 gmt",
    "sun, 06 nov 2033 08:49:37 GMT",
    "06 Nov 2033 08:49:37 GMT",
    "Sun, 6 Nov 2033 08:49:37 GMT",
    "Sun,  06 Nov 2033 08:49:37 GMT",
    "Sun, 06 Nov 33 08:49:37 GMT",
    "Sun, 31 Feb 2033 08:49:37 GMT",
    "Sun, 00 Nov 2033 08:49:37 GMT",
    "Sun, 06 Nov 2033 24:00:00 GMT",
    "Sun, 06 Nov 2033 08:60:37 GMT",
    "Sun, 06-Nov-33 08:49:37 GMT",
    "Sun Nov 6 08:49:37 2033",
    "Sun Nov  6 08:49:37 2033 GMT",
    "Sun, 06 Nov 2033 08:49:37 GMT, Sun, 06 Nov 2033 08:49:37 GMT",
  ])("%j", (text) => {
    expect(parseHttpDate(text, NOW)).toBeNull();
  });

  test("a header that is not there", () => {
    expect(parseHttpDate(null, NOW)).toBeNull();
  });
});
