import type { Parsed } from "../../shared/problem.ts";
import type { FileProblem } from "../events.ts";
import { readTextFile } from "./read-file.ts";

/** Collects the problems of many files, so that an operator sees all of them at once. */
export interface FileReports {
  readonly problems: readonly FileProblem[];
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
  const take: FileReports["take"] = (file, result) => {
    if (result.ok) return result.value;
    problems.push(...result.problems.map((problem) => ({ file, ...problem })));
    return null;
  };
  return {
    problems,
    add: (problem) => problems.push(problem),
    take,
    read: async (file, namedBy) => {
      const result = await readTextFile(file);
      if (result.ok) return result.value;
      const [{ message }] = result.problems;
      problems.push({ file, path: "", message: `${message} (named by ${namedBy})` });
      return null;
    },
  };
}
