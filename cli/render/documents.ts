import { commented, notes } from "./notes.ts";
import type { RenderFacts } from "./facts.ts";
import type { Target } from "./rendering.ts";

/** JSON, which every reader of YAML reads, behind comments: one way to quote, and none to inject. */
export function documents(target: Target, facts: RenderFacts, values: readonly object[]): string {
  const texts = values.map((value) => `${JSON.stringify(value, null, 2)}\n`);
  return `${commented("#", notes(target, facts)).join("\n")}\n---\n${texts.join("---\n")}`;
}
