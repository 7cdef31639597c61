import { assert, constantFrom, property, string } from "fast-check";
import { describe, expect, it } from "vitest";
import type { OriginFacts, RenderFacts } from "../../cli/render/facts.ts";
import { TARGETS } from "../../cli/render/targets.ts";
import type { Target } from "../../cli/render/rendering.ts";
import { factsOf, origin, PLAIN } from "./made-up-facts.ts";

/** Each place where somebody's path stands. */
const PLACES: Readonly<Record<string, (path: string) => RenderFacts>> = {
  "the origin certificate": (path) => one({ certificate: path, key: `${path}.key` }),
  "the issuer's certificates": (path) => one({ issuer: { ...issuer(), certificates: path } }),
  "the revocation list": (path) => one({ issuer: { ...issuer(), crl: path } }),
  "the application's socket": (path) => one({ application: { by: "unix", path } }),
  "the log": (path) => factsOf([origin("shop")], { log: path, anyOfIssuer: true }),
  "the folder of what is rendered": (path) =>
    factsOf([origin("shop")], { folder: path, anyOfIssuer: true }),
};

function one(more: Partial<OriginFacts>): RenderFacts {
  return factsOf([origin("shop", more)], { anyOfIssuer: true });
}

function issuer(): OriginFacts["issuer"] {
  return PLAIN.origins[0].issuer;
}

const SPECIAL = "\"'`$ {}[];#\\%|&<>*?!~()=:@,\u00e4\u20ac-_.ab1".split("");
const CONTROL = ["\n", "\r", "\t", "\0", "\u001b", "\u007f", "\u0085", "\u2028"];

/** The text of all files, and where a path stands a word of our own. */
function outline(target: Target, facts: RenderFacts): readonly string[] | null {
  const rendering = target.render(facts);
  return rendering.ok ? rendering.value.map(({ text }) => text) : null;
}

function lines(target: Target, facts: RenderFacts): readonly number[] | null {
  return outline(target, facts)?.map((text) => text.split("\n").length) ?? null;
}

describe.each(TARGETS)("$name", (target) => {
  describe.each(Object.entries(PLACES))("with any path for %s", (_, facts) => {
    it("refuses control characters and line breaks, or has no use for the path", () => {
      const plain = outline(target, facts("/etc/a"));
      const usesIt = JSON.stringify(plain) !== JSON.stringify(outline(target, facts("/etc/b")));
      for (const control of CONTROL) {
        const rendering = target.render(facts(`/etc/a${control}b`));
        expect(rendering.ok).toBe(plain !== null && !usesIt);
        const [problem] = rendering.ok ? [] : rendering.problems;
        expect(problem?.path ?? "none").not.toBe("");
      }
    });

    it("has as many lines as with a plain one, or is refused", () => {
      const plain = lines(target, facts("/etc/plain"));
      assert(
        property(
          string({ unit: constantFrom(...SPECIAL), minLength: 1, maxLength: 12 }),
          (name) => {
            const found = lines(target, facts(`/etc/${name}`));
            expect(found ?? plain).toEqual(plain);
          },
        ),
        { numRuns: 200 },
      );
    });
  });
});
