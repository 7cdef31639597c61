import { defineConfig } from "vitest/config";

/** The battery against the built verifier, as a black box: `npm run test:conformance`. */
export default defineConfig({
  test: {
    include: ["test/conformance/**/*.test.ts"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Each file starts verifiers of its own, and some of them count what this machine has left.
    fileParallelism: false,
  },
});
