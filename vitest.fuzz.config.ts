import { defineConfig } from "vitest/config";

/**
 * Mutated bytes against real listeners, for as long as PULLPROOF_FUZZ_SECONDS says (60): `npm run test:fuzz`. A failure
 * prints the seed; PULLPROOF_FUZZ_SEED=N repeats it.
 */
export default defineConfig({
  test: {
    include: ["test/fuzz/**/*.test.ts"],
    fileParallelism: false,
    testTimeout: 3_600_000,
    hookTimeout: 60_000,
  },
});
