import * as v from "valibot";
import { keysOf } from "./problem.ts";

/**
 * An object with these keys and no others. Valibot's own stops at the first key that it does not know; a person wants
 * to hear of all of them at once, so the others are added here.
 */
export const closed = <const E extends v.ObjectEntries>(entries: E) => {
  const message = `unknown key (known: ${Object.keys(entries).join(", ")})`;
  return v.pipe(
    v.strictObject(entries, (issue) => (issue.expected === "never" ? message : issue.message)),
    v.rawCheck(({ dataset, addIssue }) => {
      const found = dataset.issues?.find(
        (issue) => issue.expected === "never" && issue.path?.length === 1,
      );
      const first = found?.path?.[0];
      const input = first?.input as Record<string, unknown> | undefined;
      if (input === undefined) return;
      for (const key of keysOf(input)) {
        if (key === first?.key || Object.hasOwn(entries, key)) continue;
        addIssue({
          message,
          path: [{ type: "object", origin: "key", input, key, value: input[key] }],
        });
      }
    }),
  );
};
