import { isReporting } from "../../judge/policy.ts";
import { concernsOf } from "./concerns.ts";
import { sum, type ConsoleView } from "./console-view.ts";
import { markup, type Markup } from "./markup.ts";
import { counted, date, distance, grouped, moment } from "./times.ts";
import { refusedLastHour } from "./refusals-by-reason.ts";

/** More than these would push the page out of sight. */
const CONCERNS_SHOWN = 5;

/** The head of the page: how things stand, in a sentence and five numbers, or six. */
export function overview(view: ConsoleView): Markup {
  const concerns = concernsOf(view);
  const shown = concerns.slice(0, CONCERNS_SHOWN);
  const more = concerns.length - shown.length;
  return markup`<h1 class="${concerns.length === 0 ? "well" : "concern"}">${headline(view, concerns.length)}</h1>
${
  concerns.length === 0
    ? null
    : markup`<ul class="concerns">${shown.map((concern) => markup`<li>${concern}</li>`)}${
        more > 0 ? markup`<li>And ${grouped(more)} more, below.</li>` : null
      }</ul>`
}
<dl class="figures">
${figures(view).map(
  ({
    name,
    value,
    aside,
  }) => markup`<div><dt>${name}</dt><dd>${value}</dd><dd class="aside">${aside}</dd></div>
`,
)}</dl>`;
}

function headline({ hostnames, ready }: ConsoleView, concerns: number): string {
  if (!ready) return "Not accepting pulls";
  if (hostnames.length === 0) return "No hostname is served here";
  if (concerns > 0) return counted(concerns, "thing needs a look", "things need a look");
  const quiet = hostnames.filter(({ health }) => health === "quiet").length;
  if (quiet === hostnames.length) return "Ready, and no pull has come yet";
  return "Everything is as it should be";
}

interface Figure {
  readonly name: string;
  readonly value: string;
  readonly aside: Markup | string;
}

function figures(view: ConsoleView): readonly Figure[] {
  const { hostnames, certificates, now } = view;
  const accepted = sum(hostnames.map(({ observation }) => observation.acceptedLastHour));
  const { stranger, ...ours } = refusedLastHour(view);
  const [first] = certificates;
  const letThrough = sum(hostnames.map(({ reportedLastHour }) => reportedLastHour));
  const isAnyReporting = hostnames.some(({ policy }) => isReporting(policy, now));
  return [
    { name: "Accepted", value: grouped(accepted), aside: "in the last hour" },
    {
      name: "Refused",
      value: grouped(sum(Object.values(ours))),
      aside: "last hour, strangers apart",
    },
    { name: "Strangers", value: grouped(stranger), aside: "turned away, last hour" },
    ...(isAnyReporting
      ? [{ name: "Let through", value: grouped(letThrough), aside: "in report mode, last hour" }]
      : []),
    {
      name: "Connections",
      value: grouped(view.connections),
      aside: `${counted(view.handshakesFailed, "handshake")} failed`,
    },
    {
      name: "Next to expire",
      value: first === undefined ? "none" : distance(first.notAfter, now).replace(/^in /, ""),
      aside:
        first === undefined ? "no certificate is known" : `${first.name}, ${date(first.notAfter)}`,
    },
  ];
}

/** The line under the name: what this process is, and since when it watches. */
export function standing({ ready, watchingSince, generation, version }: ConsoleView): Markup {
  return markup`<span class="readiness ${ready ? "well" : "concern"}">${ready ? "Ready" : "Not ready"}</span>
<span>watching since ${watchingSince === null ? "not yet" : moment(watchingSince)}</span>
<span>trust ${generation}</span>
<span>version ${version}</span>`;
}
