/** Why a pull was stopped before its end. */
type Stopped = "deadline" | "visitor-left";

/** One of several pulls for a request, which may be given up by itself. */
export interface Attempt {
  /** Aborted when it is to stop, by itself or with all of them. */
  readonly signal: AbortSignal;
  /** Why it stopped, or came to nothing; `share` where its own time was over and that of the whole is not; null while it goes on. */
  readonly reason: () => Stopped | "share" | null;
  /** It has come to its end, or to its response headers: its own time is over. */
  readonly over: () => void;
}

/** One pull's brake: the deadline until the response headers. */
export interface Stop {
  /** Begins one of the pulls. @param share milliseconds until it is given up; null: with all of them. */
  readonly attempt: (share: number | null) => Attempt;
  /** The pull has come to its end, or to its response headers: the deadline is over. */
  readonly over: () => void;
}

/**
 * Starts the clock of a pull.
 *
 * A visitor who leaves is the runtime's to see: it ends the whole of a request whose visitor is gone, and the pull with it. Where
 * somebody keeps it alive (`waitUntil`) the pull comes to its own end. So nobody listens to the visitor's signal, which costs each
 * visit; it is asked when a pull has come to nothing, since no one could tell a visitor who left from an origin that broke. Nor
 * is it passed through: the runtime would tear down the pull in its own way.
 *
 * @param seconds until the response headers, whatever is asked again included: an upload has to be through by then, too.
 * @param hasLeft whether the visitor has left.
 */
export function startStop(seconds: number, hasLeft: () => boolean): Stop {
  const controller = new AbortController();
  const { signal } = controller;
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    controller.abort(new Error("pull stopped: deadline"));
  }, seconds * 1000);
  const reason = (): Stopped | null => {
    // First: whoever waits for a visitor that is gone says nothing of the origin.
    if (hasLeft()) return "visitor-left";
    return isLate ? "deadline" : null;
  };
  const attempt = (share: number | null): Attempt => {
    if (share === null) return { signal, reason, over: () => undefined };
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
      reason: () => reason() ?? (isOver ? "share" : null),
      over: () => clearTimeout(shareTimer),
    };
  };
  return { attempt, over: () => clearTimeout(timer) };
}
