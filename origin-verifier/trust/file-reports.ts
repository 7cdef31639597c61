import type { Parsed } from "../../shared/problem.ts";
import type { FileProblem } from "../events.ts";
import { readFileState, type FileDigests, type FileState } from "./read-file.ts";

/** Collects the problems of many files, so that an operator sees all of them at once. */
export interface FileReports {
  readonly problems: readonly FileProblem[];
  /** Every file that was asked for, as it was when it was read: what a change is measured against. */
  readonly digests: FileDigests;
  /** Adds one problem. */
  readonly add: (problem: FileProblem) => void;
  /** The parsed value; or null, with the parser's problems added under the file's name. */
  readonly take: <T>(file: string, result: Parsed<T>) => T | null;
  /** A file's text; or null, with a problem that says who named the file. */
  readonly read: (file: string, namedBy: string) => Promise<string | null>;
}

/** An empty collection. */
export function createFileReports(): FileReports {
  const problems: FileProblem[] = [];
  const states = new Map<string, Promise<FileState>>();
  const digests = new Map<string, string>();
  // Each file once: of one that is changed in between, two halves of a trust would say different things.
  const stateOf = (file: string): Promise<FileState> => {
    const state = states.get(file) ?? readFileState(file);
    states.set(file, state);
    return state;
  };
  const take: FileReports["take"] = (file, result) => {
    if (result.ok) return result.value;
    problems.push(...result.problems.map((problem) => ({ file, ...problem })));
    return null;
  };
  return {
    problems,
    digests,
    add: (problem) => problems.push(problem),
    take,
    read: async (file, namedBy) => {
      const { text, digest } = await stateOf(file);
      digests.set(file, digest);
      if (text.ok) return text.value;
      const [{ message }] = text.problems;
      problems.push({ file, path: "", message: `${message} (named by ${namedBy})` });
      return null;
    },
  };
}
