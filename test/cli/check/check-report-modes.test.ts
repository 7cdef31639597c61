import { expect, test } from "vitest";
import { checkReportModes } from "../../../cli/check/check-report-modes.ts";
import { parseMappingText } from "../../../shared/mapping-text.ts";
import { mappingText } from "../support/project.ts";

/** The findings about a mapping whose shop is in this mode. */
function findings(mode: unknown, now: string) {
  const text = mappingText(({ hosts, ...rest }) => {
    const shop = hosts["shop.example.com"];
    const accept = { ...shop.accept, mode };
    return { ...rest, hosts: { ...hosts, "shop.example.com": { ...shop, accept } } };
  });
  const mapping = parseMappingText(text);
  if (!mapping.ok) throw new Error(mapping.problems[0].message);
  return checkReportModes(mapping.value, "mapping.json", new Date(now));
}

test.each([
  ["enforce", "2027-01-01T00:00:00Z"],
  [{ report: "2027-03-01" }, "2027-02-28T23:59:59.999Z"],
  [{ report: "2027-03-01" }, "2026-02-28T00:00:00Z"],
])("%j is as it should be at %s", (mode, now) => {
  expect(findings(mode, now)).toEqual([]);
});

test.each([
  [{ report: "2027-03-01" }, "2027-03-01T00:00:00Z", /over/],
  [{ report: "2027-03-01" }, "2026-02-27T23:59:59Z", /more than a year ahead/],
  [{ report: "9999-12-31" }, "2027-01-01T00:00:00Z", /more than a year ahead/],
])("%j deserves a look at %s", (mode, now, message) => {
  expect(findings(mode, now)).toEqual([
    {
      file: "mapping.json",
      path: 'hosts["shop.example.com"].accept.mode',
      message: expect.stringMatching(message) as string,
      next: expect.stringMatching(/\w/) as string,
    },
  ]);
});
