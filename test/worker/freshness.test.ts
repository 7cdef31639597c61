import { describe, expect, test } from "vitest";
import { remainingSeconds } from "../../worker/freshness.ts";

const NOW = Date.parse("2026-06-01T12:00:00Z");
const at = (seconds: number): string => new Date(NOW + seconds * 1000).toUTCString();

describe("the freshness that is left", () => {
  test.each<[string, Record<string, string>, number]>([
    ["nothing said", {}, 0],
    ["only a validator", { ETag: '"1"', "Last-Modified": at(-86_400) }, 0],
    ["public alone", { "Cache-Control": "public" }, 0],
    ["max-age", { "Cache-Control": "max-age=60" }, 60],
    ["s-maxage before max-age", { "Cache-Control": "max-age=60, s-maxage=5" }, 5],
    ["s-maxage of 0 before max-age", { "Cache-Control": "max-age=60, s-maxage=0" }, 0],
    ["max-age before Expires", { "Cache-Control": "max-age=60", Expires: at(600) }, 60],
    ["Expires after Date", { Expires: at(90), Date: at(0) }, 90],
    ["Expires without Date", { Expires: at(90) }, 90],
    ["Expires in the past", { Expires: at(-1), Date: at(0) }, 0],
    ["Expires: 0", { Expires: "0" }, 0],
    ["Expires: -1", { Expires: "-1" }, 0],
    ["Expires that cannot be read", { Expires: "tomorrow" }, 0],
    ["Expires with a number of seconds", { Expires: "3600" }, 0],
    ["Expires with a date that is none of HTTP's", { Expires: "2026-06-01T12:10:00Z" }, 0],
    ["two lines of Expires", { Expires: `${at(600)}, ${at(600)}` }, 0],
    ["Expires, and a Date that cannot be read", { Expires: at(90), Date: "2026" }, 90],
    [
      "max-age, and a Date that cannot be read",
      { "Cache-Control": "max-age=60", Date: "2026" },
      60,
    ],
    ["a max-age of more than a year", { "Cache-Control": "max-age=31536001" }, 31_536_000],
    ["an s-maxage of more than a year", { "Cache-Control": "s-maxage=9999999999" }, 31_536_000],
    ["Expires in more than a year", { Expires: at(40_000_000) }, 31_536_000],
    [
      "more than a year, less its Age",
      { "Cache-Control": "max-age=40000000", Age: "6" },
      31_535_994,
    ],
    ["max-age that cannot be read", { "Cache-Control": "max-age=soon", Expires: at(600) }, 0],
    ["max-age without a value", { "Cache-Control": "max-age" }, 0],
    ["a negative max-age", { "Cache-Control": "max-age=-60" }, 0],
    ["less its Age", { "Cache-Control": "max-age=60", Age: "50" }, 10],
    ["used up by its Age", { "Cache-Control": "max-age=60", Age: "61" }, 0],
    ["an Age that cannot be read", { "Cache-Control": "max-age=60", Age: "old" }, 60],
    ["less what Date shows", { "Cache-Control": "max-age=60", Date: at(-20) }, 40],
    ["less the greater of both", { "Cache-Control": "max-age=60", Date: at(-20), Age: "30" }, 30],
    ["a Date in the future", { "Cache-Control": "max-age=60", Date: at(20) }, 60],
    ["Expires less what Date shows", { Expires: at(60), Date: at(-30) }, 60],
  ])("%s", (_what, headers, seconds) => {
    expect(remainingSeconds(new Headers(headers), NOW)).toBe(seconds);
  });

  test("is not a second less because Date has no fractions of one", () => {
    const headers = new Headers({ "Cache-Control": "max-age=1", Date: at(0) });
    expect(remainingSeconds(headers, NOW + 999)).toBe(1);
  });
});

test("an Age that says less than Date shows makes nothing younger", () => {
  const now = Date.parse("2027-01-15T12:00:30Z");
  const headers = {
    "Cache-Control": "max-age=60",
    Date: "Fri, 15 Jan 2027 12:00:00 GMT",
    Age: "10",
  };
  expect(remainingSeconds(new Headers(headers), now)).toBe(30);
});
