import type * as v from "valibot";
import { formatProblems, onOneLine, pathTo, quoted, type Problem } from "./problem.ts";

type Issue = v.BaseIssue<unknown>;

/** A schema's issues as problems: our words, and the place within the whole document. */
export function schemaProblems(issues: readonly Issue[], parent: string): readonly Problem[] {
  const problems = issues.flatMap((issue) => problemsOf(issue, parent));
  // A list in an object's place lacks each of the object's keys: that is one mistake, told once.
  return [...new Map(problems.map((problem) => [formatProblems("", [problem]), problem])).values()];
}

function problemsOf(issue: Issue, parent: string): readonly Problem[] {
  const steps = issue.path ?? [];
  const path = steps
    .slice(0, isListForObject(issue) ? -1 : undefined)
    .reduce((place, { key }) => pathTo(place, typeof key === "number" ? key : String(key)), parent);
  if (isListForObject(issue)) return [{ path, message: "expected an object, found a list" }];
  // None of several forms fits. Where one of them fitted from outside, what is wrong inside it says more.
  const inside = issue.issues?.filter((sub) => sub.path !== undefined && !isListForObject(sub));
  if (inside !== undefined && inside.length > 0) return schemaProblems(inside, path);
  return [{ path, message: describe(issue) }];
}

/** To the schema a list is an object whose keys are all missing. */
function isListForObject(issue: Issue): boolean {
  const last = issue.path?.at(-1);
  return last?.type === "object" && Array.isArray(last.input);
}

function describe(issue: Issue): string {
  // Our own sentences (checks, unions, patterns) stand as they are; valibot's own all begin in this way.
  if (!issue.message.startsWith("Invalid ")) return issue.message;
  if (issue.received === "undefined") {
    return issue.type === "strict_object"
      ? "missing"
      : `missing: expected ${plain(issue.expected)}`;
  }
  return `expected ${plain(issue.expected)}, found ${plain(issue.received)}`;
}

const WORDS = new Map([
  ["string", "a string"],
  ["number", "a number"],
  ["boolean", "true or false"],
  ["Array", "a list"],
  ["Object", "an object"],
]);

function plain(written: string | null): string {
  if (written === null) return "something else";
  if (written.startsWith("(")) return `one of ${written.slice(1, -1).replaceAll(" | ", ", ")}`;
  if (!written.startsWith('"')) return WORDS.get(written) ?? onOneLine(written);
  // A text of the author's could be long, or hold anything at all.
  const text = written.slice(1, -1);
  return quoted(text.length > 60 ? `${text.slice(0, 60)}...` : text);
}
