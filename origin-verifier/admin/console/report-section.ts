import { isReporting } from "../../judge/policy.ts";
import { nextStep, plainWords } from "../../observations/plain-words.ts";
import { reasonKind } from "../../observations/reason-kind.ts";
import { commandFor } from "./command-for.ts";
import { sum, type ConsoleView, type HostnameView } from "./console-view.ts";
import { markup, type Markup } from "./markup.ts";
import { counted, date, distance, grouped, moment } from "./times.ts";

/** More hostnames than these nobody reads. */
const SHOWN = 50;

/** What enforcing now would have refused, for each hostname in report mode; nothing at all where none is. */
export function reportSection({ hostnames, now, pid }: ConsoleView): Markup | null {
  const reporting = hostnames.filter(({ policy }) => isReporting(policy, now));
  if (reporting.length === 0) return null;
  const shown = reporting.slice(0, SHOWN);
  const more = reporting.length - shown.length;
  return markup`<section class="panel" aria-labelledby="reported-title"><h2 id="reported-title">What enforcing now would have refused</h2>
<p class="more">In report mode these pulls reach the application, marked as refused. Whoever finds the address is among them.</p>
${shown.map((view) => part(view, now, pid))}${
    more > 0
      ? markup`<p class="more">And ${grouped(more)} more hostnames in report mode.</p>`
      : null
  }</section>`;
}

function part({ hostname, policy, observation }: HostnameView, now: number, pid: number): Markup {
  const until = policy.reportUntil ?? now;
  const reasons = [...observation.reported]
    .map(([reason, { lastHour, last }]) => ({ reason, count: sum(lastHour), last }))
    .filter(({ count }) => count > 0)
    .toSorted((a, b) => b.count - a.count);
  const total = sum(reasons.map(({ count }) => count));
  return markup`<h3 class="reporting"><span class="name">${hostname}</span> <span class="aside">enforces from ${date(until)}, ${distance(until, now)}${
    total === 0 ? null : `; ${counted(total, "pull")} let through in the last hour`
  }</span></h3>
${
  total === 0
    ? markup`<p class="empty">Nothing: of the last hour's pulls, enforcing would have refused none.</p>`
    : markup`<table class="reasons" role="table">
<caption class="hidden">What enforcing ${hostname} would have refused in the last hour, by reason</caption>
<thead role="rowgroup"><tr role="row"><th scope="col" role="columnheader">Reason</th><th scope="col" role="columnheader" class="number">Last hour</th><th scope="col" role="columnheader">Last</th><th scope="col" role="columnheader">What to do</th></tr></thead>
<tbody role="rowgroup">${reasons.map(({ reason, count, last }) => {
        const next = nextStep(reason);
        const command = commandFor(next, hostname, pid);
        return markup`<tr role="row"><th scope="row" role="rowheader"><span class="reason ${reasonKind(reason)}">${reason}</span><span class="aside">${plainWords(reason)}</span></th>
<td role="cell" class="number" data-label="Last hour">${grouped(count)}</td><td role="cell" data-label="Last">${moment(last)}</td>
<td role="cell" class="next">${next.words}${command === null ? null : markup` <code>${command}</code>`}</td></tr>
`;
      })}</tbody></table>`
}`;
}
