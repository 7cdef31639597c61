import type { Fingerprint } from "../../../shared/fingerprint.ts";
import { nearness } from "./concerns.ts";
import type { ConsoleView } from "./console-view.ts";
import { markup, type Markup } from "./markup.ts";
import { shortFingerprint } from "./short-fingerprint.ts";
import { date, DAY_MS, distance, grouped, moment } from "./times.ts";

/** What the lines are drawn on: as far from each other on the page as they are in an operator's mind. */
const TICKS = [
  { days: 0, name: "today" },
  { days: 3, name: "3 days" },
  { days: 14, name: "14 days" },
  { days: 30, name: "30 days" },
  { days: 90, name: "90 days" },
  { days: 365, name: "1 year" },
  { days: 3_650, name: "10 years" },
] as const;

const WIDTH = 1_000;
const SHOWN = 100;

interface Line {
  readonly kind: string;
  readonly name: string;
  readonly fingerprint: Fingerprint | null;
  readonly end: number;
  readonly lastSeen: number | null;
}

/** Time lines until everything that ends does. */
export function certificatesSection({ certificates, crls, now }: ConsoleView): Markup {
  const lines: Line[] = [
    ...certificates.map(({ kind, notAfter, ...rest }) => ({
      ...rest,
      kind: `${kind} certificate`,
      end: notAfter,
    })),
    ...crls.map(({ name, nextUpdate }) => ({
      kind: "revocation list",
      name,
      fingerprint: null,
      end: nextUpdate,
      lastSeen: null,
    })),
  ].toSorted((a, b) => a.end - b.end);
  if (lines.length === 0) return markup`<p class="empty">No certificate is known yet.</p>`;
  const shown = lines.slice(0, SHOWN);
  const more = lines.length - shown.length;
  return markup`<table class="lines" role="table">
<caption class="hidden">What ends when, the first first</caption>
<thead role="rowgroup"><tr role="row"><th scope="col" role="columnheader">Certificate</th><th scope="col" role="columnheader"><span class="hidden">Time left</span><span class="ticks" aria-hidden="true">${TICKS.map(({ name }) => markup`<span>${name}</span>`)}</span></th><th scope="col" role="columnheader" class="number">Ends</th></tr></thead>
<tbody role="rowgroup">${shown.map((line) => row(line, now))}</tbody></table>${
    more > 0 ? markup`<p class="more">And ${grouped(more)} that end later.</p>` : null
  }
<p class="more">Pull certificates are known from when they are first seen: the mapping lists fingerprints, and a fingerprint does not say when it ends.</p>`;
}

function row({ kind, name, fingerprint, end, lastSeen }: Line, now: number): Markup {
  const near = nearness(end, now);
  const right = position(end, now);
  const grid = TICKS.map((_, at) => `M${(at * WIDTH) / (TICKS.length - 1)} 0V10`).join("");
  return markup`<tr role="row"><th scope="row" role="rowheader"><span class="name">${name}</span><span class="aside">${kind}${
    fingerprint === null ? null : markup` ${shortFingerprint(fingerprint)}`
  }${lastSeen === null ? null : markup`, seen ${moment(lastSeen)}`}</span></th>
<td role="cell" class="line"><svg viewBox="0 0 ${WIDTH} 10" preserveAspectRatio="none" aria-hidden="true"><path class="grid" d="${grid}"/><path class="left ${near}" d="M0 5H${right}"/></svg></td>
<td role="cell" class="number end ${near}">${near === "over" ? markup`<strong>over</strong>` : distance(end, now)}<span class="aside">${date(end)}</span></td></tr>
`;
}

/** Where an end lies on the line: evenly between two ticks. */
function position(end: number, now: number): number {
  const days = Math.max(0, (end - now) / DAY_MS);
  const after = TICKS.findIndex(({ days: tick }) => tick > days);
  const [from, to] = [TICKS[after - 1], TICKS[after]];
  if (from === undefined || to === undefined) return WIDTH;
  const within = (days - from.days) / (to.days - from.days);
  return Math.round(((after - 1 + within) * WIDTH) / (TICKS.length - 1));
}
