import { defineConfig } from "vitest/config";

const ALL = "test/conformance/**/*.test.ts";

/** They count what this machine has left, or hold others to milliseconds: each by itself, after the rest. */
const ALONE = [
  "environment",
  "hostile-peers",
  "http-slow-peers",
  "live-connections",
  "testssl",
].map((name) => `test/conformance/${name}.test.ts`);

const common = { testTimeout: 60_000, hookTimeout: 60_000 };

/** The battery against the built verifier, as a black box: `npm run test:conformance`. Each file starts verifiers of its own. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          ...common,
          name: "together",
          include: [ALL],
          exclude: ALONE,
          // Most of it waits; more at once, and what is slow by intention meets what is slow for want of a core.
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          ...common,
          name: "alone",
          include: ALONE,
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
