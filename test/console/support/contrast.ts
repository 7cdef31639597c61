import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";

const SCRIPT = readFileSync(new URL("faint-texts.browser.js", import.meta.url), "utf8");

/** The least contrast of a text that people can be expected to read (WCAG 2.2, 1.4.3, level AA). */
const LEAST = 4.5;

/** How many texts were looked at, and those that are hard to read. */
export function readability(page: Page): Promise<{
  readonly looked: number;
  readonly faint: readonly { readonly text: string; readonly ratio: number }[];
}> {
  return page.evaluate(`${SCRIPT}\nfaintTexts(${LEAST});`);
}
