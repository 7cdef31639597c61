import type * as v from "valibot";
import { pathTo, type Problem } from "./problem.ts";

/** A schema's issues as problems: our words, and the place within the whole document. */
export function schemaProblems(
  issues: readonly v.BaseIssue<unknown>[],
  parent: string,
): readonly Problem[] {
  return issues.map((issue) => {
    const path = (issue.path ?? []).reduce(
      (place, item) => pathTo(place, typeof item.key === "number" ? item.key : String(item.key)),
      parent,
    );
    return { path, message: describe(issue) };
  });
}

function describe(issue: v.BaseIssue<unknown>): string {
  // Our own sentences (checks, unions, patterns) stand as they are; valibot's own all begin in this way.
  if (!issue.message.startsWith("Invalid ")) return issue.message;
  if (issue.type === "strict_object" && issue.expected === "never")
    return "unknown key; is it misspelt?";
  if (issue.received === "undefined") {
    return issue.type === "strict_object"
      ? "missing"
      : `missing: expected ${plain(issue.expected)}`;
  }
  return `expected ${plain(issue.expected)}, found ${plain(issue.received)}`;
}

function plain(written: string | null): string {
  if (written === null) return "something else";
  if (written === "Array") return "a list";
  if (written === "Object") return "an object";
  if (/^[a-z]+$/.test(written)) return `a ${written}`;
  // A literal of the author's could be long, or hold control characters: JSON.stringify keeps it to one line.
  const cut = written.length > 60 ? `${written.slice(0, 60)}...` : written;
  return /[^\x20-\x7e]/.test(cut) ? JSON.stringify(cut) : cut;
}
