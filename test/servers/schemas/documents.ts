import type { RenderFacts } from "../../../cli/render/facts.ts";
import type { Target } from "../../../cli/render/rendering.ts";

/** What a target writes into its first file, behind the comments; null where it refuses the mapping, with its places. */
export function documentsOf(target: Target, facts: RenderFacts): readonly unknown[] | null {
  const rendering = target.render(facts);
  if (!rendering.ok) {
    const unplaced = rendering.problems.filter(({ path }) => path === "");
    if (unplaced.length > 0) throw new Error(`no place: ${JSON.stringify(unplaced)}`);
    return null;
  }
  const [, ...parts] = rendering.value[0].text.split(/^---$/m);
  return parts.map((part) => JSON.parse(part) as unknown);
}
