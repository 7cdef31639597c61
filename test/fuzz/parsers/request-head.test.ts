import * as fc from "fast-check";
import { expect, test } from "vitest";
import { readRequestHead, type RawHead } from "../../../origin-verifier/request/request-head.ts";
import { share } from "../time-box.ts";

const EACH = 0.02;

const name = fc.oneof(
  fc.constantFrom(
    "Host",
    "Content-Length",
    "Transfer-Encoding",
    "Connection",
    "Expect",
    "Upgrade",
    "X-Forwarded-Host",
    "X-Pull-Hostname",
    "Cookie",
    "__proto__",
  ),
  fc.stringMatching(/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,6}$/),
  fc.string({ maxLength: 4, unit: "binary" }),
);
const value = fc.oneof(
  fc.constantFrom(
    "origin-shop.example.net",
    "ORIGIN-shop.example.net.:443",
    "chunked",
    "0",
    "5",
    "100-continue",
    "websocket",
    "host, content-length",
  ),
  fc.stringMatching(/^[\t\x20-\x7e\x80-\xff]{0,8}$/),
  fc.string({ maxLength: 6, unit: "binary" }),
);
const line = fc.tuple(name, value);
const head: fc.Arbitrary<Omit<RawHead, "rawHeaders">> = fc.record({
  httpVersion: fc.oneof({ weight: 9, arbitrary: fc.constant("1.1") }, fc.string({ maxLength: 3 })),
  method: fc.constantFrom("GET", "HEAD", "POST", "DELETE", "OPTIONS", "TRACE", "CONNECT"),
  target: fc.oneof(
    { weight: 9, arbitrary: fc.stringMatching(/^\/[a-z]{0,4}$/) },
    fc.string({ maxLength: 6, unit: "binary" }),
  ),
});
type Line = readonly [string, string];
/** Lines of which most are nearly what they must be: one right Host among others. */
const lines: fc.Arbitrary<readonly Line[]> = fc
  .tuple(fc.array(line, { maxLength: 4 }), fc.nat({ max: 4 }), fc.boolean())
  .map(([others, at, withHost]) =>
    withHost ? others.toSpliced(at, 0, ["Host", "origin-shop.example.net"]) : others,
  );

/** Without what its lines are by their names as they are written: that is another head's in another case. */
function read(rest: Omit<RawHead, "rawHeaders">, written: readonly Line[]) {
  const outcome = readRequestHead({ ...rest, rawHeaders: written.flat() }, 8);
  if (!outcome.ok) return outcome;
  const { names: _, ...its } = outcome.value;
  return { ok: true, value: its } as const;
}

test("a head is read or refused, and one that is read frames its body in one way", () => {
  fc.assert(
    fc.property(head, lines, (rest, written) => {
      const outcome = read(rest, written);
      if (!outcome.ok) return;
      const count = (wanted: string) =>
        written.filter(([each]) => each.toLowerCase() === wanted).length;
      expect(rest.httpVersion).toBe("1.1");
      expect(count("host")).toBe(1);
      expect(count("content-length") + count("transfer-encoding")).toBeLessThanOrEqual(1);
      const { framing } = outcome.value;
      const bodiless = rest.method === "GET" || rest.method === "HEAD";
      expect(bodiless && framing.by !== "none").toBe(false);
      expect(framing.by === "length" && framing.bytes < 1).toBe(false);
      expect(framing.by === "chunks").toBe(count("transfer-encoding") === 1);
    }),
    share(EACH),
  );
});

test("neither the case of its names nor the order of its lines makes anything else of a head", () => {
  const cases = fc.array(fc.nat({ max: 2 }), { minLength: 12, maxLength: 12 });
  fc.assert(
    fc.property(head, lines, cases, fc.array(fc.nat()), (rest, written, how, order) => {
      const recased = written.map(([each, its], at): Line => [
        recase(each, how[at % how.length] ?? 0),
        its,
      ]);
      expect(read(rest, recased)).toEqual(read(rest, written));
      const shuffled = recased.toSorted(
        (one, other) => (order[recased.indexOf(one)] ?? 0) - (order[recased.indexOf(other)] ?? 0),
      );
      expect(read(rest, shuffled).ok).toBe(read(rest, written).ok);
    }),
    share(EACH),
  );
});

test("no header that is added makes a refused head one that is read, but for the Host that was missing", () => {
  fc.assert(
    fc.property(head, lines, fc.array(fc.tuple(line, fc.nat())), (rest, written, added) => {
      if (read(rest, written).ok || !written.some(([each]) => each.toLowerCase() === "host"))
        return;
      const more = added.reduce<readonly Line[]>(
        (all, [one, at]) => all.toSpliced(at % (all.length + 1), 0, one),
        written,
      );
      expect(read(rest, more).ok).toBe(false);
    }),
    share(EACH),
  );
});

function recase(text: string, how: number): string {
  // ASCII alone: a name with anything else is refused in any case, and must not be folded into one that is not.
  const fold = (to: (letter: string) => string) => text.replace(/[A-Za-z]/g, to);
  if (how === 0) return text;
  return fold(how === 1 ? (letter) => letter.toUpperCase() : (letter) => letter.toLowerCase());
}
