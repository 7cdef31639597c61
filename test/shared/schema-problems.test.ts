import { describe, expect, test } from "vitest";
import { parseMapping } from "../../shared/mapping.ts";
import { accept, entry, fingerprint, mapping, messagesAt, shopWith } from "./written-mapping.ts";

const shop = 'hosts["shop.example.com"]';
const said = (parts: object, place: string): readonly string[] =>
  messagesAt(shopWith(parts), `${shop}.${place}`);

describe("each problem reads as a person would say it", () => {
  test.each([
    [{ origin: undefined }, "origin", "an origin, or a list of them"],
    [{ origin: null }, "origin", "an origin, or a list of them"],
    [{ origin: true }, "origin", "an origin, or a list of them"],
    [{ origin: 443 }, "origin", "an origin, or a list of them"],
    [{ origin: [] }, "origin", "empty: name at least one origin"],
    [{ origin: {} }, "origin", "an origin, or a list of them"],
    [{ accept: null }, "accept", "expected an object, found null"],
    [{ accept: "own" }, "accept", 'expected an object, found "own"'],
    [{ accept: [] }, "accept", "expected an object, found a list"],
    [{ accept: accept({ issuer: [] }) }, "accept.issuer", "expected a string, found a list"],
    [
      { accept: accept({ certificates: fingerprint("a") }) },
      "accept.certificates",
      'a list of fingerprints, or "issued"',
    ],
    [
      { accept: accept({ certificates: {} }) },
      "accept.certificates",
      'a list of fingerprints, or "issued"',
    ],
    [
      { accept: accept({ certificates: [null] }) },
      "accept.certificates[0]",
      "expected a string, found null",
    ],
    [
      { accept: accept({ certificates: [] }) },
      "accept.certificates",
      "empty: list at least the certificate that is presented",
    ],
    [
      { accept: accept({ certificates: "issued", names: "a.test" }) },
      "accept.names",
      'expected a list, found "a.test"',
    ],
    [
      { accept: accept({ mode: "report" }) },
      "accept.mode",
      'a mode is "enforce" or { "report": "YYYY-MM-DD" }',
    ],
    [
      { accept: accept({ mode: [] }) },
      "accept.mode",
      'a mode is "enforce" or { "report": "YYYY-MM-DD" }',
    ],
    [{ accept: accept({ mode: {} }) }, "accept.mode.report", "missing"],
    [
      { accept: accept({ mode: { report: 2027 } }) },
      "accept.mode.report",
      "expected a string, found 2027",
    ],
    [
      { accept: accept({ mode: { until: "2027-01-01" } }) },
      "accept.mode.until",
      "unknown key (known: report)",
    ],
    [
      { accept: accept({ mode: { report: "2027-02-30" } }) },
      "accept.mode.report",
      "no such day in the calendar",
    ],
    [
      { accept: accept({ mode: { report: "soon" } }) },
      "accept.mode.report",
      "not a day (YYYY-MM-DD)",
    ],
    [
      { present: { by: "wroker", binding: "A" } },
      "present.by",
      'say who presents: { "by": "worker", ... } or { "by": "edge", ... }',
    ],
    [
      { present: "worker" },
      "present",
      'say who presents: { "by": "worker", ... } or { "by": "edge", ... }',
    ],
    [{ present: [] }, "present", "expected an object, found a list"],
    [{ present: { by: "edge" } }, "present.level", "missing"],
    [
      { present: { by: "edge", level: "host" } },
      "present.level",
      'expected one of "hostname", "zone", "shared", found "host"',
    ],
    [
      { present: { by: "edge", level: "zone", binding: "A" } },
      "present.binding",
      "unknown key (known: by, level)",
    ],
    [{ present: { by: "worker" } }, "present.binding", "missing"],
    [
      { present: { by: "worker", binding: "A", deadlineSeconds: "30" } },
      "present.deadlineSeconds",
      'expected a number, found "30"',
    ],
    [
      { present: { by: "worker", binding: "A", deadlineSeconds: 0 } },
      "present.deadlineSeconds",
      "a deadline is at least 0.1 seconds",
    ],
    [
      { present: { by: "worker", binding: "A", deadlineSeconds: 901 } },
      "present.deadlineSeconds",
      "a deadline is at most 900 seconds",
    ],
    [{ bindings: "A" }, "bindings", "unknown key (known: origin, present, accept, health)"],
  ])("%j", (parts, place, message) => {
    expect(said(parts, place)).toEqual([message]);
  });

  test.each([
    [{ version: "1" }, "version", "version must be 1"],
    [{ version: 2 }, "version", "version must be 1"],
    [{ $schema: 1 }, "$schema", "expected a string, found 1"],
    [{ issuers: [] }, "issuers", "expected an object, found a list"],
    [{ issuers: null }, "issuers", "expected an object, found null"],
    [{ issuers: { own: null } }, "issuers.own", "expected an object, found null"],
    [{ issuers: { own: {} } }, "issuers.own.certificates", "missing"],
    [
      { issuers: { own: { certificates: "a", shared: 1 } } },
      "issuers.own.shared",
      "expected true or false, found 1",
    ],
    [{ hosts: [] }, "hosts", "expected an object, found a list"],
    [{ hosts: {} }, "hosts", "empty: map at least one hostname"],
    [{ hosts: null }, "hosts", "expected an object, found null"],
    [{ hosts: "a" }, "hosts", 'expected an object, found "a"'],
    [{ routes: {} }, "routes", "unknown key (known: $schema, version, issuers, hosts)"],
  ])("%j", (parts, path, message) => {
    expect(messagesAt(mapping({ "shop.example.com": entry() }, parts), path)).toEqual([message]);
  });
});

test("what is not there at all is missing", () => {
  for (const key of ["version", "issuers", "hosts"]) {
    const { [key]: _gone, ...rest } = mapping({ "a.test": entry() }) as Record<string, unknown>;
    expect(messagesAt(rest, key)).toEqual(["missing"]);
  }
});

test("a long value is cut, and no control character of a value is repeated", () => {
  const long = said({ accept: `\u001b]0;\n${"x".repeat(1000)}` }, "accept");
  expect(long).toEqual([`expected an object, found "\\u001b]0;\\n${"x".repeat(55)}..."`]);
});

test("a value is cut only where it is longer than sixty characters", () => {
  const whole = "x".repeat(60);
  expect(said({ accept: whole }, "accept")).toEqual([`expected an object, found "${whole}"`]);
  expect(said({ accept: `${whole}x` }, "accept")).toEqual([
    `expected an object, found "${whole}..."`,
  ]);
});

test("no word of the schema library reaches a person", () => {
  const odd = [null, true, 0, "", "x", [], [0], {}, { x: 1 }, { by: 1 }, { by: "edge", level: 0 }];
  const messages = odd.flatMap((value) =>
    [
      shopWith({ origin: value }),
      shopWith({ present: value }),
      shopWith({ accept: value }),
      shopWith({
        accept: accept({ issuer: value, certificates: value, names: value, mode: value }),
      }),
      shopWith({ health: value }),
      mapping(value),
      mapping({ "a.test": value }, { version: value, issuers: { own: value }, $schema: value }),
      mapping({ "a.test": entry() }, { issuers: { own: { certificates: value, crl: value } } }),
    ].flatMap((input) => {
      const result = parseMapping(input);
      return result.ok ? [] : result.problems.map(({ message }) => message);
    }),
  );
  expect(messages.length).toBeGreaterThan(100);
  for (const message of messages) {
    expect(message).not.toMatch(/[Ii]nvalid|undefined|never|strict|Object|Array|received|\|/);
  }
});

test("every unknown key is said once, at every level", () => {
  const written = { one: 1, two: 2, accept: accept({ three: 3, four: 4, five: 5 }) };
  const parsed = parseMapping(shopWith(written));
  const problems = parsed.ok ? [] : parsed.problems.map(({ path }) => path);
  expect(problems.toSorted()).toEqual([
    `${shop}.accept.five`,
    `${shop}.accept.four`,
    `${shop}.accept.three`,
    `${shop}.one`,
    `${shop}.two`,
  ]);
});
