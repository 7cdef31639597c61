import type { Fingerprint } from "../../../shared/fingerprint.ts";
import { markup, type Markup } from "./markup.ts";

/** The beginning and the end of a fingerprint, enough to tell two apart by eye; the whole of it on pointing at it. */
export function shortFingerprint(fingerprint: Fingerprint): Markup {
  return markup`<code class="fingerprint" title="${fingerprint}">${fingerprint.slice(0, 15)}…${fingerprint.slice(-4)}</code>`;
}
