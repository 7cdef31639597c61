import type { Problem } from "../../shared/problem.ts";

/** One thing that is wrong, said so that a person can act on it: where it is, what it is, and what to do next. */
export interface Finding extends Problem {
  /** The file as the person named it, or as it was found; empty where no file is to blame. */
  readonly file: string;
  /** The next command or the next edit. Never empty: a complaint without a way out is not finished. */
  readonly next: string;
}

/** At least one finding. */
export type Findings = readonly [Finding, ...Finding[]];

/** Gives problems of one file their file and their next step. */
export function findingsIn(
  file: string,
  problems: readonly Problem[],
  next: string,
): readonly Finding[] {
  return problems.map(({ path, message }) => ({ file, path, message, next }));
}

/** `file: path: message`, without the parts that are empty. One line, without the next step. */
export function formatFinding({ file, path, message }: Finding): string {
  return [file, path, message].filter((part) => part !== "").join(": ");
}
