/** Why a pull was stopped before its end. */
type Stopped = "deadline" | "visitor-left";

/** One of several pulls for a request, which may be given up by itself. */
export interface Attempt {
  /** Aborted when it is to stop, by itself or with all of them. */
  readonly signal: AbortSignal;
  /** Why it stopped; `share` where its own time was over and that of the whole is not. */
  readonly reason: () => Stopped | "share" | null;
  /** It has come to its end, or to its response headers: its own time is over. */
  readonly over: () => void;
}

/** One pull's brake: the deadline until the response headers, and the visitor's leaving at any time. */
export interface Stop {
  /** For the pull alone; aborted when it is to stop. */
  readonly signal: AbortSignal;
  /** Why it stopped; null while it goes on. */
  readonly reason: () => Stopped | null;
  /** Begins one of the pulls. @param share milliseconds until it is given up; null: with all of them. */
  readonly attempt: (share: number | null) => Attempt;
  /** The response headers are here: the deadline is over. The visitor may still leave. */
  readonly headersArrived: () => void;
}

/**
 * Starts the clock of a pull.
 *
 * The visitor's own signal is not passed through: the runtime would then tear down the pull in its own way, and no one
 * could tell a visitor who left from an origin that broke. So it is watched, and the pull is aborted explicitly.
 *
 * @param seconds until the response headers, whatever is asked again included: an upload has to be through by then, too.
 * @param visitor aborted when the visitor leaves (only with the flag `enable_request_signal`).
 */
export function startStop(seconds: number, visitor: AbortSignal): Stop {
  const controller = new AbortController();
  let reason: Stopped | null = null;
  const stop = (why: Stopped): void => {
    if (reason !== null) return;
    reason = why;
    clearTimeout(timer);
    controller.abort(new Error(`pull stopped: ${why}`));
  };
  const timer = setTimeout(() => stop("deadline"), seconds * 1000);
  if (visitor.aborted) stop("visitor-left");
  else visitor.addEventListener("abort", () => stop("visitor-left"), { once: true });
  const attempt = (share: number | null): Attempt => {
    const { signal } = controller;
    if (share === null) return { signal, reason: () => reason, over: () => undefined };
    const own = new AbortController();
    let isOver = false;
    const end = (): void => own.abort(signal.reason);
    if (signal.aborted) end();
    else signal.addEventListener("abort", end, { once: true });
    const shareTimer = setTimeout(() => {
      isOver = true;
      own.abort(new Error("pull stopped: its share"));
    }, share);
    return {
      signal: own.signal,
      reason: () => reason ?? (isOver ? "share" : null),
      over: () => clearTimeout(shareTimer),
    };
  };
  return {
    signal: controller.signal,
    reason: () => reason,
    attempt,
    headersArrived: () => clearTimeout(timer),
  };
}
