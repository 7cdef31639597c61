import { HOP_BY_HOP, PULL_REFUSAL } from "../../shared/wire.ts";
import { createKnownNames } from "../request/known-names.ts";
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
  /** The lines of each kind that something is read from. */
  readonly connectionLines: readonly number[];
  readonly lengthLines: readonly number[];
  readonly codingLines: readonly number[];
  readonly keepAliveLines: readonly number[];
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
    return {
      all,
      connectionLines: linesOf("connection"),
      lengthLines: linesOf("length"),
      codingLines: linesOf("coding"),
      keepAliveLines: linesOf("keep-alive"),
      hasDate: linesOf("date").length > 0,
      kept: runsOf(all, goesBack),
    };
  },
);

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
