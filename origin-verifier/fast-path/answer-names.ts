import { HOP_BY_HOP, PULL_REFUSAL } from "../../shared/wire.ts";
import { createKnownNames } from "../request/known-names.ts";
import { afterBlanks, beforeBlanks } from "./head-bytes.ts";
import { runsOf, type LineRuns } from "../request/line-runs.ts";

/** What an answer's header is to us, by its name. */
type Kind = "plain" | "withheld" | "connection" | "length" | "coding" | "date" | "keep-alive";

/** The name of an answer's header. */
export interface AnswerName {
  readonly lower: string;
  readonly kind: Kind;
}

/** What is known with the names of an answer's headers. */
export interface AnswerNames {
  readonly all: readonly AnswerName[];
  readonly connectionLines: readonly number[];
  /** The one line, or the first of several; null where there is none. */
  readonly lengthLine: number | null;
  readonly codingLine: number | null;
  /** The first that is said twice and may not be, in words for the operator's log. */
  readonly twice: string | null;
  /** The last one: null where there is none. */
  readonly keepAliveLine: number | null;
  readonly hasDate: boolean;
  /** Those that go back, where `Connection` takes none of them away. */
  readonly kept: LineRuns;
}

/** Whether a header goes back by its name: without those of one connection, and what is ours to say. */
export function goesBack({ kind }: AnswerName): boolean {
  return kind === "plain" || kind === "date" || kind === "length";
}

/** The sequences of names that answers came with. */
export const answerNames = createKnownNames<AnswerName, AnswerNames>(
  (written) => {
    const lower = written.toLowerCase();
    return { lower, kind: kindOf(lower) };
  },
  (all) => {
    const linesOf = (wanted: Kind): readonly number[] =>
      [...all.keys()].filter((line) => all[line]?.kind === wanted);
    const lengthLines = linesOf("length");
    const codingLines = linesOf("coding");
    return {
      all,
      connectionLines: linesOf("connection"),
      lengthLine: lengthLines[0] ?? null,
      codingLine: codingLines[0] ?? null,
      twice:
        lengthLines.length > 1
          ? "two Content-Length headers"
          : codingLines.length > 1
            ? "two Transfer-Encoding headers"
            : null,
      keepAliveLine: linesOf("keep-alive").at(-1) ?? null,
      hasDate: linesOf("date").length > 0,
      kept: runsOf(all, goesBack),
    };
  },
);

/** Where the value of a line begins, with the white space around it. */
export function startOfLineValue(
  { all }: AnswerNames,
  bounds: readonly number[],
  line: number,
): number {
  return (bounds[line] as number) + (all[line] as AnswerName).lower.length + 1;
}

/** Where it ends. */
export function endOfLineValue(bounds: readonly number[], line: number): number {
  return (bounds[line + 1] as number) - 2;
}

/** Reads the value of a line, without the white space around it. */
export function readLineValue<Meaning>(
  read: (bytes: Buffer, from: number, to: number) => Meaning,
  bytes: Buffer,
  bounds: readonly number[],
  names: AnswerNames,
  line: number,
): Meaning {
  const end = endOfLineValue(bounds, line);
  const from = afterBlanks(bytes, startOfLineValue(names, bounds, line), end);
  return read(bytes, from, beforeBlanks(bytes, from, end));
}

function kindOf(lower: string): Kind {
  switch (lower) {
    case "connection":
    case "keep-alive":
    case "date":
      return lower;
    case "content-length":
      return "length";
    case "transfer-encoding":
      return "coding";
    default:
      // `Pull-Refusal` is ours alone to say: the Worker turns an answer that carries it into a 502.
      return HOP_BY_HOP.has(lower) || lower === PULL_REFUSAL.toLowerCase() ? "withheld" : "plain";
  }
}
