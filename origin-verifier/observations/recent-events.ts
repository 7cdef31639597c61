import type { HostPattern } from "../../shared/hostname.ts";
import type { VerifierEvent } from "../events.ts";
import { reasonKind } from "./reason-kind.ts";

/** What is kept for people to look back at: every kind of event but accepted pulls, which are counted and not kept. */
export type KeptEvent = Exclude<VerifierEvent, { event: "pull-accepted" }>;

/** Something that happened, as it is remembered. */
export interface Happening<Event extends VerifierEvent = KeptEvent> {
  /** Grows by one with each thing that happens, accepted pulls included. */
  readonly id: number;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** The mapping's hostname that it belongs to; null for none. */
  readonly hostname: HostPattern | null;
  readonly event: Event;
}

/** The last things that happened. */
export interface RecentEvents {
  readonly add: (happening: Happening) => void;
  /** The newest first. */
  readonly all: () => readonly Happening[];
}

/**
 * How many are kept of each sort. Strangers have a share of their own: a scan of the whole address range must not wash
 * away what was refused to somebody of ours, or when the last reload failed. Neither must what report mode lets through:
 * where the Worker presents nothing yet, that is every pull.
 */
export const KEPT = { strangers: 100, ours: 200, reported: 100, lifecycle: 50 } as const;

/** The longest text that is kept of one event: details quote what an engine or a peer said. */
export const LONGEST_DETAIL = 300;
/** The most problems that are kept of one reload. */
export const MOST_PROBLEMS = 100;

/** Remembers nothing yet. */
export function createRecentEvents(): RecentEvents {
  const kept = {
    strangers: [] as Happening[],
    ours: [] as Happening[],
    reported: [] as Happening[],
    lifecycle: [] as Happening[],
  };
  return {
    add: (happening) => {
      const sort = sortOf(happening.event);
      const ring = kept[sort];
      ring.push({ ...happening, event: shortened(happening.event) });
      if (ring.length > KEPT[sort]) ring.shift();
    },
    all: () =>
      Object.values(kept)
        .flat()
        .toSorted((a, b) => b.id - a.id),
  };
}

function sortOf(event: KeptEvent): keyof typeof KEPT {
  switch (event.event) {
    case "handshake-failed":
      return "strangers";
    case "pull-refused":
      return reasonKind(event.reason) === "stranger" ? "strangers" : "ours";
    case "pull-reported":
      return "reported";
    case "listening":
    case "trust-swapped":
    case "reload-failed":
    case "report-ends":
    case "report-ended":
    case "file-old":
    case "listener-unsafe":
    case "stopping":
    case "stopped":
      return "lifecycle";
  }
}

function shortened(event: KeptEvent): KeptEvent {
  switch (event.event) {
    case "handshake-failed":
    case "pull-refused":
    case "pull-reported":
      return { ...event, detail: event.detail.slice(0, LONGEST_DETAIL) };
    case "trust-swapped":
      return { ...event, warnings: event.warnings.slice(0, MOST_PROBLEMS) };
    case "reload-failed":
      return { ...event, problems: event.problems.slice(0, MOST_PROBLEMS) };
    case "file-old":
      return { ...event, hostnames: event.hostnames.slice(0, MOST_PROBLEMS) };
    case "listening":
    case "report-ends":
    case "report-ended":
    case "listener-unsafe":
    case "stopping":
    case "stopped":
      return event;
  }
}
