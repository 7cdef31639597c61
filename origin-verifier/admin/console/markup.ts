import { html } from "hono/html";
import type { HtmlEscapedString } from "hono/utils/html";

/** HTML in which everything that came from elsewhere is escaped. Only {@link markup} makes it. */
export type Markup = HtmlEscapedString;

/** What may stand in markup. Text is escaped; null is nothing. */
export type Child = string | number | Markup | null | readonly Child[];

/** The tag of every template of the console. There is no way to put a text in without escaping it. */
export function markup(strings: TemplateStringsArray, ...children: readonly Child[]): Markup {
  // A promise only where a child is one, and no child is.
  return html(strings, ...children) as HtmlEscapedString;
}
