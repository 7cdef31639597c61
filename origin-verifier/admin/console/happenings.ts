import type { HostPattern } from "../../../shared/hostname.ts";
import type { VerifierEvent } from "../../events.ts";
import type { Told } from "../../observations/observations.ts";

/** Several things that are one to a person: the same refusal of the same peer, or the accepted pulls of a hostname. */
export interface Gathered {
  /** The last of them. */
  readonly told: Told;
  readonly times: number;
}

/** Gathers what happens between two looks, in bounded memory: a thousand pulls a second are a few lines a second. */
export interface Gathering {
  /** @param times how many it stands for. Default 1. */
  readonly add: (told: Told, times?: number) => void;
  /** What came since the last call, the oldest first; and how much more there was than a person can read. */
  readonly take: () => { readonly gathered: readonly Gathered[]; readonly more: number };
}

/** Lines that one look may have of each sort. */
const LINES_AT_MOST = 40;

/** Gathers nothing yet. */
export function createGathering(linesAtMost = LINES_AT_MOST): Gathering {
  let refused = new Map<string, Gathered>();
  let accepted = new Map<string, Gathered>();
  let more = 0;
  return {
    add: (told, times = 1) => {
      const lines = told.event.event === "pull-accepted" ? accepted : refused;
      const key = sameAs(told.event, told.hostname);
      const before = lines.get(key);
      if (before === undefined && lines.size >= linesAtMost) more += times;
      else {
        const last = before !== undefined && before.told.id > told.id ? before.told : told;
        lines.set(key, { told: last, times: (before?.times ?? 0) + times });
      }
    },
    take: () => {
      const gathered = [...accepted.values(), ...refused.values()];
      const result = { gathered: gathered.toSorted((a, b) => a.told.id - b.told.id), more };
      refused = new Map();
      accepted = new Map();
      more = 0;
      return result;
    },
  };
}

/** Two with the same text are one line. The port is left out: it is another one for each connection. */
function sameAs(event: VerifierEvent, hostname: HostPattern | null): string {
  switch (event.event) {
    case "pull-accepted":
      return `${hostname ?? ""} ${event.fingerprint ?? ""}`;
    case "pull-refused":
      return [hostname ?? "", event.reason, event.fingerprint ?? "", event.remoteAddress].join(" ");
    case "pull-reported":
      return [event.event, hostname ?? "", event.reason, event.fingerprint ?? ""].join(" ");
    case "report-ends":
    case "report-ended":
      return `${event.event} ${event.originHostname}`;
    case "file-old":
      return `${event.event} ${event.file}`;
    case "handshake-failed":
      return `${event.event} ${event.detail} ${event.remoteAddress}`;
    case "listening":
      return `${event.event} ${event.listener}`;
    case "trust-swapped":
    case "reload-failed":
      return `${event.event} ${event.generation}`;
    case "listener-unsafe":
    case "stopping":
    case "stopped":
      return event.event;
  }
}
