import { connectionTokens } from "../../shared/wire.ts";
import { readLineValue, type AnswerNames } from "./answer-names.ts";
import { createLineValues } from "./line-values.ts";

/** What an application says of its connection. */
export interface AnswerConnection {
  /** What `Connection` says, lower-case, of all its lines. */
  readonly tokens: readonly string[];
  readonly closes: boolean;
  readonly keeps: boolean;
  /** Whether it names more than the connection's own: then a line of that name does not go back. */
  readonly namesLines: boolean;
}

const NOTHING = saidBy([]);

const connections = createLineValues((text) => saidBy(connectionTokens(text))).read;
const keptMs = createLineValues(keptFor).read;

/** What `Connection` says, in all its lines. */
export function readAnswerConnection(
  bytes: Buffer,
  bounds: readonly number[],
  names: AnswerNames,
): AnswerConnection {
  const [first, ...others] = names.connectionLines;
  if (first === undefined) return NOTHING;
  const said = readLineValue(connections, bytes, bounds, names, first);
  if (others.length === 0) return said;
  const more = others.flatMap(
    (line) => readLineValue(connections, bytes, bounds, names, line).tokens,
  );
  return saidBy([...said.tokens, ...more]);
}

/** For how many milliseconds the application keeps its connection, where `Keep-Alive` says so; else Infinity. */
export function readKeptMs(bytes: Buffer, bounds: readonly number[], names: AnswerNames): number {
  const { keepAliveLine } = names;
  if (keepAliveLine === null) return Number.POSITIVE_INFINITY;
  return readLineValue(keptMs, bytes, bounds, names, keepAliveLine);
}

function saidBy(tokens: readonly string[]): AnswerConnection {
  return {
    tokens,
    closes: tokens.includes("close"),
    keeps: tokens.includes("keep-alive"),
    namesLines: tokens.some((token) => token !== "keep-alive"),
  };
}

const TIMEOUT = /(?:^|[,;\s])timeout=([0-9]{1,9})/i;

function keptFor(value: string): number {
  const seconds = TIMEOUT.exec(value)?.[1];
  return seconds === undefined ? Number.POSITIVE_INFINITY : Number(seconds) * 1_000;
}
