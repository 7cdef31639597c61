import type { Parsed } from "../../shared/problem.ts";
import { Failure } from "./failure.ts";
import { findingsIn } from "./finding.ts";

/**
 * What a command cannot go on without.
 *
 * @throws {Failure} with every problem, in that file.
 */
export function required<T>(file: string, result: Parsed<T>, next: string): T {
  if (result.ok) return result.value;
  const [first, ...rest] = result.problems;
  throw new Failure([{ ...first, file, next }, ...findingsIn(file, rest, next)]);
}
