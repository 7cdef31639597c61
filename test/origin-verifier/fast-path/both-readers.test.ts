import { expect, test } from "vitest";
import { compareAnswers, compareRequests } from "../../fuzz/readers/compare.ts";

// The long runs are in test/fuzz/readers: these say at once that something is wrong.
const seed = 20_261_122;

test.each([
  ["over streams", "http", 1_500],
  ["by its parser alone", "parser", 6_000],
] as const)(
  "whatever the fast reader takes, Node reads as the same (%s)",
  async (_, by, inputs) => {
    for (const compare of [compareRequests, compareAnswers]) {
      const { taken, differences } = await compare(inputs, seed, by);
      expect(differences, `seed ${seed}`).toEqual([]);
      // A reader that takes nothing disagrees with nobody.
      expect(taken).toBeGreaterThan(inputs / 4);
    }
  },
);
