import { expect, test } from "vitest";
import { SECONDS } from "../time-box.ts";
import { compareAnswers, compareRequests, type By } from "./compare.ts";

/** So many inputs, in place of a share of the time: for a run of millions. */
const INPUTS = Number(process.env["PULLPROOF_FUZZ_INPUTS"] ?? 0);
const SEED = Number(process.env["PULLPROOF_FUZZ_SEED"] ?? Date.now() % 2 ** 31);
const BATCH = 6_400;

test.each([
  ["requests", "over streams", compareRequests, "http"],
  ["requests", "by Node's parser alone", compareRequests, "parser"],
  ["answers", "over streams", compareAnswers, "http"],
  ["answers", "by Node's parser alone", compareAnswers, "parser"],
] as const)(
  "whatever the fast reader takes, Node reads as the same: %s, %s",
  async (what, how, compare, by: By) => {
    const ends = performance.now() + SECONDS * 0.05 * 1_000;
    let [inputs, taken] = [0, 0];
    for (let batch = 0; ; batch += 1) {
      const seed = SEED + batch;
      const compared = await compare(BATCH, seed, by);
      inputs += compared.inputs;
      taken += compared.taken;
      expect(compared.differences, `seed ${seed}`).toEqual([]);
      // Millions by the parser; a hundredth of them over streams, which take that much longer.
      const enough =
        INPUTS === 0 ? performance.now() > ends : inputs >= INPUTS / (by === "http" ? 100 : 1);
      if (enough) break;
    }
    process.stdout.write(`${inputs} ${what} ${how}, ${taken} messages taken, seed ${SEED}\n`);
    expect(taken).toBeGreaterThan(inputs / 4);
  },
);
