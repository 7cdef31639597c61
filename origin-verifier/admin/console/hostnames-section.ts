import { basename } from "node:path";
import { isReporting, type LockFacts } from "../../judge/policy.ts";
import { plainWords } from "../../observations/plain-words.ts";
import { fetchCommandOf, isOld } from "../../trust/old-files.ts";
import { sharedGuard } from "../../trust/shared-warnings.ts";
import { rotationStage, type RotationStage } from "../../observations/rotation-stage.ts";
import type { SeenCertificate } from "../../observations/seen-certificates.ts";
import type { ConsoleView, Health, HostnameView } from "./console-view.ts";
import { markup, type Markup } from "./markup.ts";
import { counted, date, grouped, moment } from "./times.ts";

/** More rows than these nobody reads, and every open page gets them again and again. The worst come first. */
const SHOWN = 200;

const HEALTH_NAMES: Readonly<Record<Health, string>> = {
  refusing: "Refusing",
  reporting: "Would refuse",
  quiet: "Quiet",
  well: "Well",
};

/** Each hostname with its mode, how it is doing, and the certificates that it accepts and that it has seen. */
export function hostnamesSection({ hostnames, now }: ConsoleView): Markup {
  if (hostnames.length === 0)
    return markup`<p class="empty">No hostname of the mapping is served here: no origin certificate is given for any. <code>pullproof check</code> says what the mapping names.</p>`;
  const shown = hostnames.slice(0, SHOWN);
  const more = hostnames.length - shown.length;
  return markup`<table class="hostnames" role="table">
<caption class="hidden">Hostnames, those that need a look first</caption>
<thead role="rowgroup"><tr role="row"><th scope="col" role="columnheader">Hostname</th><th scope="col" role="columnheader">Mode</th><th scope="col" role="columnheader">Health</th><th scope="col" role="columnheader">Last pull</th><th scope="col" role="columnheader" class="number">Accepted<span class="aside">last hour</span></th><th scope="col" role="columnheader" class="number">Refused<span class="aside">last hour</span></th></tr></thead>
<tbody role="rowgroup">${shown.map((one) => row(one, now))}</tbody></table>${
    more > 0
      ? markup`<p class="more">And ${grouped(more)} more hostnames, all as well as the last of these: <a href="status">status as JSON</a>.</p>`
      : null
  }`;
}

function row(view: HostnameView, now: number): Markup {
  const {
    hostname,
    originHostnames,
    policy,
    health,
    observation,
    refusedLastHour,
    reportedLastHour,
  } = view;
  const { stranger, certificate, application, request } = refusedLastHour;
  const guard = sharedGuard(policy);
  const ours = certificate + application + request;
  return markup`<tr role="row"><th scope="row" role="rowheader"><span class="name">${hostname}</span><span class="aside">${originHostnames.join(", ")}</span>${levelOf(view)}${
    guard === null
      ? null
      : markup`<span class="badge">shared certificate</span><span class="aside">It is ${guard}.</span>`
  }${locksOf(view, now)}${rotationOf(view, now)}${certificatesOf(view)}</th>
<td role="cell" data-label="Mode">${modeOf(view, now)}</td>
<td role="cell" data-label="Health"><span class="health ${health}">${HEALTH_NAMES[health]}</span></td>
<td role="cell" data-label="Last pull">${observation.lastAccepted === null ? "none yet" : moment(observation.lastAccepted)}</td>
<td role="cell" class="number" data-label="Accepted, last hour">${grouped(observation.acceptedLastHour)}</td>
<td role="cell" class="number" data-label="Refused, last hour">${grouped(ours)}<span class="aside">${counted(stranger, "stranger")}</span>${
    reportedLastHour === 0
      ? null
      : markup`<span class="aside">${grouped(reportedLastHour)} let through</span>`
  }</td></tr>
`;
}

/** By whom its pulls are presented: by the edge, on which level, or by a Worker. */
function levelOf({ hostname, policy }: HostnameView): Markup {
  const level = policy.levels.get(hostname);
  return level === undefined
    ? markup`<span class="aside">Presented by a Worker.</span>`
    : markup`<span class="aside">Presented by the edge, level ${level}.</span>`;
}

/** What holds now, and until when; of report mode that is over, since when. */
function modeOf({ policy }: HostnameView, now: number): Markup | string {
  const { reportUntil } = policy;
  if (reportUntil === null) return "enforce";
  if (!isReporting(policy, now))
    return markup`enforce<span class="aside">since ${date(reportUntil)}</span>`;
  return markup`<span class="mode report">report</span><span class="aside">until ${date(reportUntil)}</span>`;
}

/** What is asked beside the certificate, with a badge where what it is held against is old. */
function locksOf({ policy }: HostnameView, now: number): readonly Markup[] {
  return policy.also.map((facts) => {
    const badge = isOld(facts, now) ? markup`<span class="badge">old file</span>` : null;
    const command = fetchCommandOf(facts);
    const next = badge === null || command === null ? null : markup` <code>${command}</code>`;
    return markup`${badge}<span class="aside">Besides, ${lockWords(facts)}.${next}</span>`;
  });
}

function lockWords(facts: LockFacts): Markup | string {
  switch (facts.lock) {
    case "addresses":
      return markup`an address of ${basename(facts.file)}${fetchedWords(facts.fetched)}`;
    case "header":
      return `a secret in X-Pull-Secret, ${counted(facts.secrets, "accepted one")}`;
    case "access":
      return markup`an Access token of team ${facts.team}, by ${counted(facts.keys, "key")} of ${basename(facts.file)}${fetchedWords(facts.fetched)}`;
  }
}

function fetchedWords(fetched: number | null): Markup | null {
  return fetched === null ? null : markup`, fetched ${moment(fetched)}`;
}

const STAGE_WORDS: Readonly<Record<RotationStage, string>> = {
  accept: "another certificate is accepted, and nobody has pulled with it since the watching began",
  present: "pulls come with a certificate behind the first one of the list",
  retire: "nobody has pulled for a day with what is behind the first one of the list",
};

/** The stage of a rotation, where one is under way. */
function rotationOf({ policy, observation }: HostnameView, now: number): Markup | null {
  const { accepts } = policy;
  if (accepts.by !== "fingerprint") return null;
  const stage = rotationStage([...accepts.fingerprints], observation.seen, now);
  if (stage === null) return null;
  return markup`<span class="aside">Rotation, ${stage}: ${STAGE_WORDS[stage]}.</span>`;
}

function certificatesOf({ hostname, policy, observation }: HostnameView): Markup {
  const { accepts } = policy;
  const listed = accepts.by === "fingerprint" ? [...accepts.fingerprints] : [];
  const seen = new Map(observation.seen.map((one) => [one.fingerprint, one]));
  const others = observation.seen.filter(({ fingerprint }) => !listed.includes(fingerprint));
  const accepted =
    accepts.by === "fingerprint"
      ? `${listed.length} accepted`
      : accepts.by === "shared"
        ? "any that Cloudflare's shared CA signed"
        : `any of issuer ${policy.issuer} with the name ${[...accepts.names].join(" or ")}`;
  return markup`<details data-key="certificates ${hostname}"><summary>Certificates: ${accepted}, ${observation.seen.length} seen</summary>
<ul class="certificates">${listed.map((fingerprint) =>
    certificateItem(fingerprint, seen.get(fingerprint), true),
  )}${others.map((one) => certificateItem(one.fingerprint, one, false))}</ul></details>`;
}

function certificateItem(
  fingerprint: string,
  seen: SeenCertificate | undefined,
  listed: boolean,
): Markup {
  const standing = listed
    ? "accepted"
    : seen?.lastVerdict === "accepted"
      ? "issued"
      : "not accepted";
  return markup`<li><code class="fingerprint">${fingerprint}</code><span class="aside">${standing}; ${
    seen === undefined
      ? "not seen"
      : markup`last seen ${moment(seen.lastSeen)} in ${counted(seen.pulls, "pull")}${
          seen.lastVerdict === "accepted" ? "" : `: ${plainWords(seen.lastVerdict)}`
        }`
  }</span></li>`;
}
