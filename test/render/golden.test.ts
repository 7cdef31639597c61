import { describe, expect, it } from "vitest";
import type { RenderFacts } from "../../cli/render/facts.ts";
import type { RenderedFile, Target } from "../../cli/render/rendering.ts";
import { TARGETS } from "../../cli/render/targets.ts";
import { FULL, ISSUED, PLAIN } from "./made-up-facts.ts";

const CASES: Readonly<Record<string, RenderFacts>> = {
  "any-of-issuer": { ...PLAIN, anyOfIssuer: true },
  plain: PLAIN,
  full: FULL,
  issued: ISSUED,
};

/** The files; or the problems as one, where that is what there is. */
function filesOf(target: Target, facts: RenderFacts): readonly RenderedFile[] {
  const rendering = target.render(facts);
  return rendering.ok
    ? rendering.value
    : [{ name: "problems.json", text: `${JSON.stringify(rendering.problems, null, 2)}\n` }];
}

// `vitest run test/render --update` writes them anew: read the difference before it is committed.
describe.each(TARGETS)("$name", (target) => {
  it.each(Object.entries(CASES))("renders what it did before: %s", async (name, facts) => {
    const folder = `golden/${target.name}/${name}`;
    for (const file of filesOf(target, facts))
      await expect(file.text).toMatchFileSnapshot(`${folder}/${file.name}`);
  });

  it("renders the same text of the same facts", () => {
    for (const facts of Object.values(CASES))
      expect(target.render(structuredClone(facts))).toEqual(target.render(facts));
  });
});
