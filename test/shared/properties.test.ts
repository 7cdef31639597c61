import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  parseHostnameAopCertificateId,
  parseMtlsCertificateId,
  parseZoneAopCertificateId,
} from "../../shared/certificate-id.ts";
import { createEntryFinder } from "../../shared/find-entry.ts";
import { fingerprintProblem, parseFingerprint } from "../../shared/fingerprint.ts";
import {
  parseAuthority,
  parseHostname,
  parseHostPattern,
  patternMatches,
  wildcardOver,
  type Hostname,
} from "../../shared/hostname.ts";
import { parseMappingText } from "../../shared/mapping-text.ts";
import { parseMapping } from "../../shared/mapping.ts";
import { originProblem, parseOrigin } from "../../shared/origin.ts";
import { formatProblems } from "../../shared/problem.ts";
import {
  canonicalHeaderName,
  connectionTokens,
  isIdentityHeader,
  isRefusalId,
} from "../../shared/wire.ts";
import { editorsSchema, isValid } from "./json-schema.ts";
import { label, json, mutated, nearAuthority, nearName, text, write } from "./arbitraries.ts";
import { everyForm } from "./written-mapping.ts";

describe("no input makes a parser throw", () => {
  const parsers: readonly (readonly [string, (raw: string) => unknown])[] = [
    ["parseHostname", parseHostname],
    ["parseHostPattern", parseHostPattern],
    ["parseAuthority", parseAuthority],
    ["parseFingerprint", parseFingerprint],
    ["fingerprintProblem", fingerprintProblem],
    ["parseOrigin", parseOrigin],
    ["originProblem", originProblem],
    ["parseMtlsCertificateId", parseMtlsCertificateId],
    ["parseHostnameAopCertificateId", parseHostnameAopCertificateId],
    ["parseZoneAopCertificateId", parseZoneAopCertificateId],
    ["isIdentityHeader", isIdentityHeader],
    ["connectionTokens", connectionTokens],
    ["isRefusalId", isRefusalId],
  ];
  test.each(parsers)("of one word: %s", (_, parse) => {
    expect(() => {
      fc.assert(
        fc.property(text, (raw) => void parse(raw)),
        { numRuns: 1000 },
      );
    }).not.toThrow();
  });

  test("of a mapping, and each problem is one line of printable ASCII", () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.anything({ withBigInt: true, withNullPrototype: true }), json, mutated),
        (input) => {
          const result = parseMapping(input);
          const lines = result.ok ? [] : formatProblems("m", result.problems).split("\n");
          expect(lines).toHaveLength(result.ok ? 0 : result.problems.length);
          for (const line of lines) expect(line).toMatch(/^[\x20-\x7e]+$/);
        },
      ),
      { numRuns: 2000 },
    );
  });

  test("of a mapping's text, and it takes nothing that JSON.parse does not", () => {
    const valid = JSON.stringify(everyForm);
    const cut = fc
      .tuple(fc.nat(valid.length), fc.nat(valid.length), fc.string({ maxLength: 3 }))
      .map(([from, to, between]) => valid.slice(0, from) + between + valid.slice(to));
    fc.assert(
      fc.property(
        fc.oneof(
          text,
          fc.json(),
          cut,
          mutated.map((input) => JSON.stringify(input)),
        ),
        (input) => {
          const result = parseMappingText(input);
          expect(result.ok ? parseMapping(JSON.parse(input)) : result).toEqual(result);
        },
      ),
      { numRuns: 2000 },
    );
  });
});

describe("what is parsed is in its one writing", () => {
  test("a hostname parses to itself, in whatever case and with whatever dot it came", () => {
    fc.assert(
      fc.property(nearName, (raw) => {
        const hostname = parseHostname(raw);
        fc.pre(hostname !== null);
        expect(parseHostname(hostname)).toBe(hostname);
        expect(parseHostname(hostname.toUpperCase())).toBe(hostname);
        expect(parseHostname(`${hostname}.`)).toBe(hostname);
        expect(parseAuthority(`${hostname}:443`)).toEqual({ hostname, port: 443 });
      }),
    );
  });

  test("a hostname is what a URL parser makes of it, so nobody downstream reads another", () => {
    fc.assert(
      fc.property(nearName, (raw) => {
        const hostname = parseHostname(raw);
        // A URL parser also judges Punycode, which we leave alone.
        fc.pre(hostname !== null && !hostname.includes("xn--"));
        expect(new URL(`https://${hostname}/`).hostname).toBe(hostname);
      }),
    );
  });

  test("a pattern parses to itself, and a wildcard covers its own children alone", () => {
    fc.assert(
      fc.property(nearName, label, (raw, child) => {
        const pattern = parseHostPattern(`*.${raw}`);
        const hostname = parseHostname(`${child}.${raw}`);
        fc.pre(pattern !== null && hostname !== null);
        expect(parseHostPattern(pattern)).toBe(pattern);
        expect(wildcardOver(hostname)).toBe(pattern);
        expect(patternMatches(pattern, hostname)).toBe(true);
        expect(patternMatches(pattern, `a.${hostname}` as Hostname)).toBe(false);
        expect(patternMatches(pattern, pattern.slice(2) as Hostname)).toBe(false);
      }),
    );
  });

  test("an origin is its own URL", () => {
    fc.assert(
      fc.property(nearAuthority, (raw) => {
        const origin = parseOrigin(`https://${raw}`);
        fc.pre(origin !== null);
        expect(origin.url).toBe(`https://${raw}`);
        expect(parseOrigin(origin.url)).toEqual(origin);
      }),
    );
  });

  test("a header's name is the same in any case, and with _ for -", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Za-z0-9_-]{1,30}$/), (name) => {
        const written = canonicalHeaderName(name);
        expect(canonicalHeaderName(written)).toBe(written);
        expect(isIdentityHeader(name)).toBe(isIdentityHeader(written));
        expect(isIdentityHeader(name.toUpperCase().replaceAll("-", "_"))).toBe(
          isIdentityHeader(written),
        );
      }),
    );
  });
});

describe("a mapping that parses", () => {
  test("parses to the same once more from its own written form, and suits the editors' schema", () => {
    let parsedOnes = 0;
    fc.assert(
      fc.property(mutated, (input) => {
        const result = parseMapping(input);
        if (!result.ok) return;
        parsedOnes += 1;
        expect(parseMappingText(JSON.stringify(write(result.value)))).toEqual(result);
        expect(isValid(editorsSchema, JSON.parse(JSON.stringify(input)))).toBe(true);
      }),
      { numRuns: 3000 },
    );
    expect(parsedOnes).toBeGreaterThan(10);
  });

  test("finds for a hostname the entry whose pattern matches it, the exact one first", () => {
    const result = parseMapping(everyForm);
    if (!result.ok) throw new Error("a mapping of every form does not parse");
    const { entries } = result.value;
    const find = createEntryFinder(result.value);
    const name = fc.oneof(
      nearName,
      label.map((one) => `${one}.tenant.example.com`),
      fc.constantFrom(...entries.map(({ hostname }) => hostname.replace("*.", ""))),
    );
    fc.assert(
      fc.property(name, (raw) => {
        const hostname = parseHostname(raw);
        fc.pre(hostname !== null);
        const matching = entries.filter((one) => patternMatches(one.hostname, hostname));
        const exact = matching.find((one) => one.hostname === (hostname as string));
        expect(find(hostname)).toBe(exact ?? matching[0]);
      }),
    );
  });
});
