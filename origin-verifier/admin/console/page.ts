import type { Happening } from "../../observations/recent-events.ts";
import { certificatesSection } from "./certificates-section.ts";
import type { ConsoleView } from "./console-view.ts";
import { happeningLines } from "./happening-lines.ts";
import { createGathering } from "./happenings.ts";
import { hostnamesSection } from "./hostnames-section.ts";
import { markup, type Child, type Markup } from "./markup.ts";
import { overview, standing } from "./overview.ts";
import { refusalsSection } from "./refusals-section.ts";
import { reportSection } from "./report-section.ts";
import { trustSection } from "./trust-section.ts";

/** The sections of the page that are kept true while it is open, by their id. */
export function sectionsOf(view: ConsoleView): Readonly<Record<string, string>> {
  return {
    standing: standing(view).toString(),
    overview: overview(view).toString(),
    hostnames: hostnamesSection(view).toString(),
    reported: (reportSection(view) ?? "").toString(),
    refusals: refusalsSection(view).toString(),
    certificates: certificatesSection(view).toString(),
    trust: trustSection(view).toString(),
  };
}

/** The lines that a page begins with: more would be a log, and there is one. */
const LINES_AT_FIRST = 60;

/** The whole page: all of it is there without a script, as it was at that moment. */
export function consolePage(view: ConsoleView, recent: readonly Happening[]): string {
  const [newest] = recent;
  const gathering = createGathering(LINES_AT_FIRST);
  for (const happening of recent) gathering.add(happening);
  // Gathered from the newest on, so that what is left out is the oldest.
  const lines = happeningLines(gathering.take().gathered.toReversed(), view.pid);
  return documentOf(
    "pullproof verifier",
    markup`<script type="module" src="console.js"></script>`,
    markup`<a class="skip" href="#main">To the hostnames</a>
<header class="bar"><div class="brand">${MARK}<span>pullproof <b>verifier</b></span></div>
<div class="standing" data-section="standing">${standing(view)}</div>
<p class="connection" id="connection" role="status">as of <time>${new Date(view.now).toISOString().slice(11, 19)} UTC</time></p></header>
<main id="main">
<section class="overview" data-section="overview" aria-label="How things stand">${overview(view)}</section>
<div class="columns"><div class="column">
${section("hostnames", "Hostnames", hostnamesSection(view))}
<div data-section="reported">${reportSection(view)}</div>
${section("refusals", "Refusals, last hour", refusalsSection(view))}
${section("certificates", "What ends when", certificatesSection(view))}
${section("trust", "Trust and reloads", trustSection(view))}
</div>
<aside class="live" aria-labelledby="live-title"><div class="head"><h2 id="live-title">As it happens</h2>
<div class="controls" hidden><label><input type="checkbox" id="refusals-only"> Refusals only</label><button type="button" id="pause" aria-pressed="false">Pause</button></div></div>
<ol id="happenings" role="log" aria-live="polite" aria-relevant="additions" aria-labelledby="live-title" tabindex="0" data-after="${newest?.id ?? 0}">${lines}</ol>
<p class="empty" id="nothing">Nothing has happened yet.</p></aside></div>
</main>
<footer><span>This page reads, and changes nothing.</span> <a href="status">status</a> <a href="metrics">metrics</a> <a href="readyz">readyz</a></footer>`,
  );
}

function section(id: string, title: string, body: Markup): Markup {
  return markup`<section class="panel" aria-labelledby="${id}-title"><h2 id="${id}-title">${title}</h2><div data-section="${id}">${body}</div></section>`;
}

const MARK = markup`<svg class="mark" viewBox="0 0 24 24" aria-hidden="true"><path d="M5 21V9a7 7 0 0 1 14 0v12"/><path d="M12 21v-8"/><path d="M9 16l3-3 3 3"/></svg>`;

/** A document of the console's. */
export function documentOf(title: string, head: Child, body: Markup): string {
  return markup`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">
<title>${title}</title><link rel="icon" type="image/svg+xml" href="icon.svg"><link rel="stylesheet" href="console.css">${head}</head>
<body>
${body}
</body></html>
`.toString();
}
