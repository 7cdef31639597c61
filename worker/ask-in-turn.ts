import type { Origin } from "../shared/origin.ts";
import { blameOf, cureOf, type PullFailure } from "./pull-failure.ts";
import type { Blame, OriginMemory, Origins } from "./origin-memory.ts";

/** One request, and what asks for it. */
export interface Asking<Answer> {
  readonly origins: Origins;
  /** Whether it may be made more than once: a safe method without a body, and no header that names another method. */
  readonly isSafe: boolean;
  /** Whether it has a body, which is the visitor's to send, to stop sending, or to spoil. */
  readonly hasBody: boolean;
  readonly memory: OriginMemory;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** When the whole of it is over, by the same clock. */
  readonly deadline: number;
  /**
   * Makes one pull.
   *
   * @param share milliseconds after which it is given up for the next origin; null where there is none to go to.
   */
  readonly ask: (origin: Origin, share: number | null) => Promise<Outcome<Answer>>;
  /** Is told of what happened on the way, in its order. */
  readonly tell: (happened: OnTheWay) => void;
}

/** What came of one pull: an answer, no answer, or nobody to answer to. */
export type Outcome<Answer> =
  | { readonly answer: Answer }
  | { readonly failure: PullFailure }
  | "visitor-left";

/** What the log is told while a request goes from origin to origin. */
export type OnTheWay =
  /** A pull failed, and the same request is made once more, at another origin. */
  | {
      readonly kind: "failed-over";
      readonly from: Origin;
      readonly to: Origin;
      readonly failure: PullFailure;
    }
  /** From now on other origins are asked first; or: no more. */
  | { readonly kind: "failing" | "back"; readonly origin: Origin };

/** What came of all of them, and where the last was made. */
export interface Asked<Answer> {
  readonly outcome: Outcome<Answer>;
  readonly origin: Origin;
  readonly attempts: number;
}

/**
 * Asks one origin after the other until one answers. Pure but for the clock and the memory that it is given.
 *
 * What may not be repeated is asked for once, whatever comes of it: whether the application has acted on a request whose
 * answer was lost, nobody can say (RFC 9110 9.2.2). And whoever answers has answered, be it with a 500: only a pull that
 * came to nothing is made elsewhere. It is bounded: each origin once, and one of them twice.
 */
export async function askInTurn<Answer>(asking: Asking<Answer>): Promise<Asked<Answer>> {
  const { origins, isSafe, hasBody, memory, now, deadline, ask, tell } = asking;
  const turns = memory.order(origins, isSafe, now());
  // Of a single one there is nothing to remember: whatever it does, nobody else is asked.
  const answered = (origin: Origin): void => {
    if (origins.length > 1 && memory.answered(origin)) tell({ kind: "back", origin });
  };
  const failed = (origin: Origin, blame: Blame): void => {
    const begins = origins.length > 1 && memory.failed(origin, blame, now());
    if (begins) tell({ kind: "failing", origin });
  };
  let mayAskTheSame = isSafe;

  for (let at = 0, attempts = 1; ; attempts += 1) {
    const turn = turns[at] ?? turns[0];
    const { origin } = turn;
    const waiting = turns.slice(at + 1).filter((next) => !next.failing).length;
    const left = Math.max(0, deadline - now());
    const outcome = await ask(origin, isSafe && waiting > 0 ? left / (waiting + 1) : null);
    if (outcome === "visitor-left") return { outcome, origin, attempts };
    if ("answer" in outcome) {
      answered(origin);
      return { outcome, origin, attempts };
    }
    const { failure } = outcome;
    const blame = blameOf(failure, hasBody);
    if (blame === "answered") answered(origin);
    else if (blame !== "nothing") failed(origin, blame);

    const cure = isSafe && now() < deadline ? cureOf(failure) : "none";
    // Of one that is known to fail once is enough, where there is another.
    const isHopeless = turn.failing && turns[at + 1] !== undefined;
    const same = cure === "again" && mayAskTheSame && !isHopeless;
    const next = cure === "none" ? undefined : same ? turns[at] : turns[at + 1];
    if (next === undefined) return { outcome, origin, attempts };
    if (same) mayAskTheSame = false;
    else at += 1;
    if (!same) tell({ kind: "failed-over", from: origin, to: next.origin, failure });
  }
}
