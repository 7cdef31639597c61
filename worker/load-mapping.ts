import { parseMapping, type Mapping } from "../shared/mapping.ts";
import { formatProblems } from "../shared/problem.ts";

/**
 * The mapping, or an exception with every problem and its path: thrown while the module starts, it stops the upload
 * (and `wrangler dev`) rather than the first visitor.
 *
 * @param file the file's name, for the message.
 * @param input what the bundler made of the file.
 */
export function loadMapping(file: string, input: unknown): Mapping {
  const result = parseMapping(input);
  if (!result.ok) {
    throw new Error(
      `${file} does not parse:\n${formatProblems(file, result.problems)}\nNext: npx pullproof check`,
    );
  }
  return result.value;
}
