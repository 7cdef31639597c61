import type { VerifierEvent } from "../../events.ts";
import { nextStep, plainWords, type NextStep } from "../../observations/plain-words.ts";
import { reasonKind } from "../../observations/reason-kind.ts";
import { commandFor } from "./command-for.ts";
import type { Gathered } from "./happenings.ts";
import { shortFingerprint } from "./short-fingerprint.ts";
import { markup, type Child, type Markup } from "./markup.ts";
import { counted, grouped, timeOfDay } from "./times.ts";

/** The lines of what happened, each an `li`, in the order given. */
export function happeningLines(gathered: readonly Gathered[], pid: number): readonly Markup[] {
  return gathered.map((one) => line(one, pid));
}

/** The line for what was too much to read. */
export function moreLine(more: number): Markup {
  return markup`<li class="happening told"><p>And ${grouped(more)} more in that second.</p></li>`;
}

type Event<Name extends VerifierEvent["event"]> = Extract<VerifierEvent, { event: Name }>;

function line({ told, times }: Gathered, pid: number): Markup {
  const { event, hostname, at } = told;
  switch (event.event) {
    case "pull-accepted":
      return item("accepted", "accepted", at, times, hostname, [withWhat(event)]);
    case "pull-refused": {
      const next = nextStep(event.reason);
      const where = hostname ?? event.originHostname ?? "no hostname of the mapping";
      return item(`refused ${reasonKind(event.reason)}`, "refused", at, times, where, [
        markup`<p class="why"><span class="reason ${reasonKind(event.reason)}">${event.reason}</span> ${plainWords(event.reason)}, from <span class="address">${event.remoteAddress}</span></p>`,
        whatNow(event, next, commandFor(next, hostname, pid)),
      ]);
    }
    case "pull-reported": {
      const next = nextStep(event.reason);
      return item("reported", "let through", at, times, hostname, [
        markup`<p class="why"><span class="reason ${reasonKind(event.reason)}">${event.reason}</span> ${plainWords(event.reason)}: to be refused when report mode ends</p>`,
        whatNow(event, next, commandFor(next, hostname, pid)),
      ]);
    }
    case "report-ends":
      return item("told problem", "report mode ends", at, times, event.hostnames.join(", "), [
        markup`<p class="why">in ${event.left}: from then on what was let through is refused</p>`,
      ]);
    case "report-ended":
      return item("told problem", "report mode is over", at, times, event.hostnames.join(", "), []);
    case "file-old":
      return item("told problem", "a file is old", at, times, event.hostnames.join(", "), [
        markup`<p class="why">${event.message}</p>`,
      ]);
    case "handshake-failed":
      return item("refused stranger", "no handshake", at, times, event.originHostname ?? "", [
        markup`<p class="why">${event.detail}, from <span class="address">${event.remoteAddress}</span></p>`,
      ]);
    case "listening":
      return item("told", "listening", at, 1, `${event.listener}, port ${event.port}`, []);
    case "trust-swapped":
      return item("told", "trust swapped", at, 1, `generation ${event.generation}`, []);
    case "reload-failed":
      return item(
        "told problem",
        "reload failed",
        at,
        times,
        counted(event.problems.length, "problem"),
        [],
      );
    case "listener-unsafe":
      return item("told problem", "closed", at, times, event.problems.join(", "), []);
    case "stopping":
    case "stopped":
      return item("told", event.event, at, 1, "", []);
  }
}

function item(
  classes: string,
  verdict: string,
  at: number,
  times: number,
  where: string | null,
  children: readonly Child[],
): Markup {
  return markup`<li class="happening ${classes}"><p class="what">${timeOfDay(at)} <span class="verdict">${verdict}</span> <span class="name">${where}</span>${
    times > 1 ? markup` <span class="times">${grouped(times)} times</span>` : null
  }</p>${children}</li>
`;
}

function withWhat({ fingerprint }: Event<"pull-accepted">): Markup | null {
  if (fingerprint === null) return null;
  return markup`<p class="why">with ${shortFingerprint(fingerprint)}</p>`;
}

function whatNow(
  event: Event<"pull-refused" | "pull-reported">,
  next: NextStep,
  command: string | null,
): Markup {
  const facts: readonly (readonly [string, string | null])[] = [
    ["origin hostname", event.originHostname],
    ["asked for", event.hostname],
    ["certificate", event.fingerprint],
    ["from", event.remoteAddress],
    ...(event.event === "pull-reported"
      ? []
      : ([
          ["answered", event.status === null ? "nothing" : String(event.status)],
          ["id", event.id],
        ] as const)),
    ["detail", event.detail],
  ];
  return markup`<details><summary>What now<span class="hidden"> about ${event.reason}</span></summary>
<p class="next">${next.words}${command === null ? null : markup` <code>${command}</code>`}</p>
<dl class="facts">${facts
    .filter(([, value]) => value !== null && value !== "")
    .map(([name, value]) => markup`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl></details>`;
}
