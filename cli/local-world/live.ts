import type { VerifierEvent } from "../../origin-verifier/events.ts";
import type { Colours } from "../manners/io.ts";
import { explain } from "./explain.ts";
import { shortFingerprint } from "./table.ts";

/** One line for a pull as it happens; null for whatever else the verifier says. */
export function liveLine(event: VerifierEvent, time: Date, colours: Colours): string | null {
  const clock = colours.dim(time.toTimeString().slice(0, 8));
  if (event.event === "pull-accepted") {
    const seen = event.fingerprint === null ? "" : colours.dim(shortFingerprint(event.fingerprint));
    return `${clock} ${colours.green("✓")} ${event.hostname}  ${event.method}  ${seen}`;
  }
  if (event.event === "pull-refused") {
    const where = event.originHostname ?? "no origin hostname";
    const answer = event.status === null ? "no answer" : String(event.status);
    const why = `${event.reason}: ${explain(event.reason)}`;
    return `${clock} ${colours.red("✗")} ${where}  ${answer}  ${why}`;
  }
  if (event.event === "handshake-failed") {
    return `${clock} ${colours.red("✗")} ${event.originHostname ?? "no origin hostname"}  ${event.detail}`;
  }
  return null;
}
