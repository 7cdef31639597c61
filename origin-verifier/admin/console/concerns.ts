import { isReporting } from "../../judge/policy.ts";
import type { ConsoleView } from "./console-view.ts";
import { counted, DAY_MS, distance } from "./times.ts";

/** Below this many days an end is a concern; below the second, an urgent one. */
const SOON_DAYS = 14;
const URGENT_DAYS = 3;
/** How many days ahead the end of report mode is told of. */
const ANNOUNCED_DAYS = 7;

/** How near an end is. */
export function nearness(end: number, now: number): "over" | "urgent" | "soon" | "far" {
  if (end <= now) return "over";
  if (end - now < URGENT_DAYS * DAY_MS) return "urgent";
  return end - now < SOON_DAYS * DAY_MS ? "soon" : "far";
}

/** What a person should look at, in whole sentences, the worst first; empty where all is as it should be. */
export function concernsOf(view: ConsoleView): readonly string[] {
  return [
    ...(view.ready ? [] : ["No pull is accepted: the verifier is not listening, or is stopping."]),
    ...(view.history.failing ? ["The last reload failed, and the old trust goes on."] : []),
    ...reportConcerns(view),
    ...endingConcerns(view),
    ...refusingConcerns(view),
  ];
}

/** Report mode that would refuse, and report mode whose end is near: a week ahead, whether it would refuse or not. */
function reportConcerns({ hostnames, now }: ConsoleView): readonly string[] {
  return hostnames.flatMap(({ hostname, policy, reportedLastHour }) => {
    const { reportUntil } = policy;
    if (reportUntil === null || !isReporting(policy, now)) return [];
    const wouldRefuse =
      reportedLastHour === 0
        ? "nothing of the last hour would have been refused"
        : `enforcing now would have refused ${counted(reportedLastHour, "pull")} of the last hour`;
    if (reportedLastHour === 0 && reportUntil - now >= ANNOUNCED_DAYS * DAY_MS) return [];
    return [`Report mode of ${hostname} ends ${distance(reportUntil, now)}: ${wouldRefuse}.`];
  });
}

function endingConcerns({ certificates, crls, now }: ConsoleView): readonly string[] {
  const ends = [
    ...crls.map(({ name, nextUpdate }) => ({
      end: nextUpdate,
      what: `The revocation list of ${name}`,
      over: "went stale",
      ahead: "goes stale",
    })),
    ...certificates.map(({ kind, name, notAfter }) => ({
      end: notAfter,
      what:
        kind === "issuer"
          ? `A certificate of issuer ${name}`
          : `The ${kind} certificate of ${name}`,
      over: "expired",
      ahead: "expires",
    })),
  ];
  return ends
    .filter(({ end }) => nearness(end, now) !== "far")
    .toSorted((a, b) => a.end - b.end)
    .map(
      ({ end, what, over, ahead }) => `${what} ${end <= now ? over : ahead} ${distance(end, now)}.`,
    );
}

function refusingConcerns({ hostnames }: ConsoleView): readonly string[] {
  return hostnames
    .filter(({ health }) => health === "refusing")
    .flatMap(({ hostname, refusedLastHour: { certificate, application, request } }) => [
      ...(certificate + request === 0
        ? []
        : [
            `${hostname}: ${counted(certificate + request, "refusal")} in the last hour, strangers apart.`,
          ]),
      ...(application === 0
        ? []
        : [
            `${hostname}: ${counted(application, "pull")} in the last hour that the application did not answer.`,
          ]),
    ]);
}
