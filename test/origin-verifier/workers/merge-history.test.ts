import { expect, test } from "vitest";
import type { TrustHistory } from "../../../origin-verifier/observations/trust-history.ts";
import { mergeHistory } from "../../../origin-verifier/workers/merge-history.ts";
import { history } from "./reports.ts";

const problem = (message: string) => ({ file: "mapping.json", path: "", message });
const failed = (at: number, failing: boolean, ...messages: readonly string[]): TrustHistory =>
  history({ failing, lastFailure: { at, problems: messages.map(problem) } });

const ROWS: readonly [string, readonly TrustHistory[], Partial<TrustHistory>][] = [
  ["nobody has said anything", [], { lastSwap: null, failing: false, lastFailure: null }],
  ["one has no trust yet", [history(), history({ lastSwap: null })], { lastSwap: null }],
  ["one swapped earlier", [history({ lastSwap: 9 }), history({ lastSwap: 4 })], { lastSwap: 4 }],
  [
    "one fails, and the other does not",
    [history(), failed(7, true, "cut")],
    { failing: true, lastFailure: { at: 7, problems: [problem("cut")] } },
  ],
  [
    "both fail for the same",
    [failed(7, true, "cut", "old"), failed(8, true, "cut")],
    { failing: true, lastFailure: { at: 8, problems: [problem("cut"), problem("old")] } },
  ],
  [
    "one fails, and the other failed after that for what is corrected",
    [failed(7, true, "cut"), failed(8, false, "gone")],
    { failing: true, lastFailure: { at: 7, problems: [problem("cut")] } },
  ],
  [
    "both failed, and neither does",
    [failed(7, false, "cut"), failed(8, false, "gone")],
    { failing: false, lastFailure: { at: 8, problems: [problem("gone")] } },
  ],
  [
    "both are warned of the same",
    [history({ warnings: ["a", "b"] }), history({ warnings: ["b"] })],
    { warnings: ["worker 2 differs", "a", "b"] },
  ],
];

test.each(ROWS)("the history of all, where %s", (_name, histories, expected) => {
  const differences = expected.warnings === undefined ? [] : ["worker 2 differs"];
  expect(mergeHistory(histories, 5, differences)).toMatchObject({ ...expected, failures: 5 });
});
