import { REPEATABLE } from "../../shared/wire.ts";
import type { Framing } from "../request/request-head.ts";

const STALE = new Set(["ECONNRESET", "EPIPE"]);

/** What was asked, as far as asking again depends on it. */
export interface Asked {
  readonly method: string;
  readonly framing: Framing;
  /** Whether a header names another method: then the application may do anything on it. */
  readonly overridesMethod: boolean;
}

/**
 * Whether a request may be made once more that failed on a kept connection before anything came of its answer. The application
 * closed its idle connection in the moment in which we took it: it has read nothing of the pull.
 */
export function mayAskAgain(
  { code }: NodeJS.ErrnoException,
  { method, framing, overridesMethod }: Asked,
): boolean {
  return (
    STALE.has(code ?? "") && framing.by === "none" && REPEATABLE.has(method) && !overridesMethod
  );
}
