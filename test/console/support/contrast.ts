import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";

const SCRIPT = readFileSync(new URL("faint-texts.browser.js", import.meta.url), "utf8");

/** How many texts were looked at, and those with less contrast than people can be expected to read. */
export function readability(page: Page): Promise<{
  readonly looked: number;
  readonly faint: readonly { readonly text: string; readonly ratio: number }[];
}> {
  return page.evaluate(SCRIPT);
}
