import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";

/**
 * The requests of one connection, one at a time. Node's parser hands over every request that a packet holds at once;
 * judged and handed on like that, a thousand in one packet are a thousand connections to the application, the answer
 * to a broken one is taken for the answer to the one before it, and a certificate that is revoked in between counts
 * for all of them.
 */
export interface Turns {
  /** The request that is being answered, or whose body is still coming; null between two. */
  current: Turn | null;
  /** What comes after it, in order. */
  readonly waiting: Waiting[];
  /** Nothing that comes any more is a request. */
  closing: boolean;
  /** Whether what comes next began before what came before it was answered, by another reader. */
  isBehind: boolean;
}

/** One request, from its judgement to the end of its answer and of its body, whoever reads it. */
export interface Turn {
  /** Whether all of it has come, its body too. */
  readonly isWhole: () => boolean;
  /** Whether its answer has come to its end. */
  readonly isAnswered: () => boolean;
  /** Whether its answer has begun: nothing else can be said in its place. */
  readonly hasBegun: () => boolean;
  /** Its answer shall be the last of the connection, where that can still be said. */
  readonly makeLast: () => void;
  /** The hostname that it asks for, for the log. */
  readonly asked: () => string | null;
  /** Calls each time that it may have come to its end. Asked only where something waits for that. */
  readonly tellEnd: (ended: () => void) => void;
}

/** One that has not been judged yet; `request` is null for what only ends the connection. */
interface Waiting {
  readonly request: IncomingMessage | null;
  readonly run: () => void;
}

/** Those of a new connection. */
export function createTurns(): Turns {
  return { current: null, waiting: [], closing: false, isBehind: false };
}

/** Runs something when all that came before it on the connection has been answered: now, for all but pipelined requests. */
export function inTurn(
  turns: Turns,
  socket: Duplex,
  request: IncomingMessage | null,
  run: () => void,
): void {
  if (isBusy(turns)) wait(turns, socket, { request, run });
  else run();
}

/**
 * Reads no more of a connection while something of it waits: whoever sends faster than is answered waits in the
 * network, and not in our memory. Node's parser goes on reading at the end of each message, and does so a tick later:
 * the tick after that is the last word.
 */
export function holdBack(turns: Turns, socket: Duplex): void {
  process.nextTick(() => {
    process.nextTick(() => {
      if (turns.waiting.length > 0 || turns.closing) socket.pause();
    });
  });
}

/** Nothing more of this connection is a request, and what waits is nobody's turn any more. */
export function endTurns(turns: Turns): void {
  turns.closing = true;
  turns.waiting.length = 0;
}

/** Takes back what came last, where its body is not whole and it has not been judged: it never will be whole. */
export function dropUnfinished({ waiting }: Turns): void {
  if (waiting.at(-1)?.request?.complete === false) waiting.pop();
}

/** Whether something that came before is not answered yet, or its body is still coming. */
export function isBusy(turns: Turns): boolean {
  const { current } = turns;
  if (current?.isAnswered() === true && current.isWhole()) turns.current = null;
  return turns.current !== null;
}

function wait(turns: Turns, socket: Duplex, waiting: Waiting): void {
  // Nearly all requests come one by one: it is from the first that waits on that somebody has to listen for ends.
  if (turns.waiting.length === 0) turns.current?.tellEnd(() => advance(turns, socket));
  turns.waiting.push(waiting);
  holdBack(turns, socket);
}

function advance(turns: Turns, socket: Duplex): void {
  while (!isBusy(turns)) {
    if (socket.destroyed) endTurns(turns);
    const next = turns.waiting.shift();
    if (next === undefined) return;
    next.run();
    if (turns.waiting.length > 0) turns.current?.tellEnd(() => advance(turns, socket));
    if (turns.waiting.length === 0 && !turns.closing) socket.resume();
  }
}
