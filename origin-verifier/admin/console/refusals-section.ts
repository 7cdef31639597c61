import { nextStep, plainWords } from "../../observations/plain-words.ts";
import { REASON_KINDS, reasonKind, type ReasonKind } from "../../observations/reason-kind.ts";
import { commandFor } from "./command-for.ts";
import { sum, type ConsoleView } from "./console-view.ts";
import { markup, type Markup } from "./markup.ts";
import { refusalsByMinute, refusalsByReason, type ReasonCount } from "./refusals-by-reason.ts";
import { counted, grouped, moment } from "./times.ts";

const KIND_NAMES: Readonly<Record<ReasonKind, string>> = {
  certificate: "certificate",
  application: "application",
  request: "request",
  stranger: "stranger",
};

/** The refusals of the last hour: a chart by the minute, and a table by reason with what to do about each. */
export function refusalsSection(view: ConsoleView): Markup {
  const reasons = refusalsByReason(view);
  return markup`${chart(view)}
${reasons.length === 0 ? markup`<p class="empty">Nothing was refused in the last hour.</p>` : reasonTable(reasons, view.pid)}`;
}

// Stretched to the width that there is: so no text in it, which would be stretched as well.
const WIDTH = 600;
const HEIGHT = 120;
const BAR = WIDTH / 60;
const GAP = 2.5;

function chart(view: ConsoleView): Markup {
  const minutes = refusalsByMinute(view);
  const totals = minutes.map((minute) => sum(Object.values(minute)));
  const top = niceTop(Math.max(...totals));
  const scale = HEIGHT / top;
  const bars = minutes.map((minute, at) => {
    let y = HEIGHT;
    // The strangers at the bottom: they are the ground, and what stands out above it is the news.
    return REASON_KINDS.toReversed().map((kind) => {
      const height = minute[kind] * scale;
      if (height === 0) return null;
      y -= height;
      return markup`<rect class="${kind}" x="${fixed(at * BAR + GAP / 2)}" y="${fixed(y)}" width="${fixed(BAR - GAP)}" height="${fixed(height)}"/>`;
    });
  });
  const total = sum(totals);
  const summary = `${counted(total, "refusal")} in the last hour, at most ${grouped(Math.max(...totals))} in one minute`;
  return markup`<figure class="chart">
<figcaption><span>${summary}</span><ul class="legend">${REASON_KINDS.map((kind) => markup`<li class="${kind}">${KIND_NAMES[kind]}</li>`)}</ul></figcaption>
<div class="plot"><span class="top" aria-hidden="true">${grouped(top)}</span>
<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label="${summary}">
<path class="grid" d="M0 0H${WIDTH}M0 ${HEIGHT / 2}H${WIDTH}"/>${bars}<path class="ground" d="M0 ${HEIGHT}H${WIDTH}"/></svg>
<div class="axis" aria-hidden="true"><span>60 min ago</span><span>30</span><span>now</span></div></div>
</figure>`;
}

/** The next 1, 2 or 5 with zeros: an axis that a person can read. */
function niceTop(most: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(most, 4)));
  const factor = [1, 2, 5, 10].find((step) => step * power >= most) ?? 10;
  return Math.max(4, factor * power);
}

function fixed(length: number): string {
  return String(Math.round(length * 100) / 100);
}

function reasonTable(reasons: readonly ReasonCount[], pid: number): Markup {
  return markup`<table class="reasons" role="table">
<caption class="hidden">Refusals of the last hour by reason</caption>
<thead role="rowgroup"><tr role="row"><th scope="col" role="columnheader">Reason</th><th scope="col" role="columnheader" class="number">Last hour</th><th scope="col" role="columnheader">Last</th><th scope="col" role="columnheader">What to do</th></tr></thead>
<tbody role="rowgroup">${reasons.map(({ reason, count, last }) => {
    const next = nextStep(reason);
    const command = commandFor(next, null, pid);
    return markup`<tr role="row"><th scope="row" role="rowheader"><span class="reason ${reasonKind(reason)}">${reason}</span><span class="aside">${plainWords(reason)}</span></th>
<td role="cell" class="number" data-label="Last hour">${grouped(count)}</td><td role="cell" data-label="Last">${moment(last)}</td>
<td role="cell" class="next">${next.words}${command === null ? null : markup` <code>${command}</code>`}</td></tr>
`;
  })}</tbody></table>`;
}
