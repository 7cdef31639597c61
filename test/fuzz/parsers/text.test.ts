import * as fc from "fast-check";
import { expect, test } from "vitest";
import { parseApplicationTarget } from "../../../origin-verifier/application/application-target.ts";
import { parseFingerprint } from "../../../shared/fingerprint.ts";
import { parseAuthority, parseHostname, parseHostPattern } from "../../../shared/hostname.ts";
import { parseMapping } from "../../../shared/mapping.ts";
import { parseMappingText } from "../../../shared/mapping-text.ts";
import { parseOrigin } from "../../../shared/origin.ts";
import { isIdentityHeader } from "../../../shared/wire.ts";
import { mutated, nearAuthority, nearName, text, write } from "../../shared/arbitraries.ts";
import { everyForm } from "../../shared/written-mapping.ts";
import { share } from "../time-box.ts";

const EACH = 0.02;

test("a hostname is its own writing, in whatever case and with or without its last dot", () => {
  fc.assert(
    fc.property(fc.oneof(text, nearName), (raw) => {
      const name = parseHostname(raw);
      if (name === null) return;
      expect(name).toMatch(/^(?=.{1,253}$)[a-z0-9-]+(?:\.[a-z0-9-]+)*$/);
      expect([name, name.toUpperCase(), `${name}.`].map(parseHostname)).toEqual([name, name, name]);
      expect(new URL(`https://${raw}/`).hostname.replace(/\.$/, "")).toBe(name);
    }),
    share(EACH),
  );
});

test("an authority says what a URL parser says of it, or nothing", () => {
  fc.assert(
    fc.property(fc.oneof(text, nearAuthority), (raw) => {
      const authority = parseAuthority(raw);
      if (authority === null) return;
      const url = new URL(`http://${raw}/`);
      expect(url.hostname.replace(/\.$/, "")).toBe(authority.hostname);
      expect(url.port === "" ? 80 : Number(url.port)).toBe(authority.port ?? 80);
      expect([url.username, url.password, url.pathname]).toEqual(["", "", "/"]);
    }),
    share(EACH),
  );
});

test("an origin, a pattern, a fingerprint and an application's address come out of any text, or do not", () => {
  fc.assert(
    fc.property(text, (raw) => {
      const origin = parseOrigin(raw);
      expect(origin === null ? null : parseOrigin(origin.url)).toEqual(origin);
      const pattern = parseHostPattern(raw);
      expect(pattern === null ? null : parseHostPattern(pattern)).toBe(pattern);
      const fingerprint = parseFingerprint(raw);
      expect(fingerprint ?? `sha256:${"0".repeat(64)}`).toMatch(/^sha256:[0-9a-f]{64}$/);
      expect(typeof parseApplicationTarget(raw).ok).toBe("boolean");
      // What is an identity is one in every writing of it.
      expect(isIdentityHeader(raw.replaceAll("-", "_"))).toBe(isIdentityHeader(raw));
    }),
    share(EACH),
  );
});

/** The text of a mapping, with some of its characters changed. */
const nearText = fc
  .tuple(
    fc.oneof(fc.constant(everyForm), mutated).map((document) => JSON.stringify(document)),
    fc.array(fc.tuple(fc.nat(), fc.nat({ max: 3 }), fc.string({ maxLength: 3, unit: "binary" })), {
      maxLength: 3,
    }),
  )
  .map(([document, changes]) =>
    changes.reduce((whole, [at, count, more]) => {
      const index = at % (whole.length + 1);
      return whole.slice(0, index) + more + whole.slice(index + count);
    }, document),
  );

test("a mapping comes out of any text, or problems do, and what came out is written and read as the same", () => {
  fc.assert(
    fc.property(fc.oneof(nearText, text), (raw) => {
      const read = parseMappingText(raw);
      const told = read.ok ? [] : read.problems.map(({ path, message }) => path + message);
      expect(told.filter((line) => /[\r\n\u2028\u2029]/.test(line))).toEqual([]);
      if (!read.ok) return;
      expect(parseMapping(JSON.parse(raw))).toEqual(read);
      expect(parseMapping(write(read.value))).toEqual(read);
    }),
    share(EACH * 2),
  );
});
