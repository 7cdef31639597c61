import { defineConfig } from "vitest/config";

/** What is run from end to end as a person would: the bins as processes, wrangler itself, whole worlds and projects, the package, pages in a browser. `npm run test:tool`. */
export const TOOL_TESTS = [
  "test/cloudflare/wrangler.test.ts",
  "test/cli/rotation/**/*.test.ts",
  "test/cli/dev.test.ts",
  "test/cli/dev-edge-alone.test.ts",
  "test/cli/other-mappings.test.ts",
  "test/console/**/*.test.ts",
  "test/cli/local-edge/pictures.test.ts",
  "test/cli/apply/levels.test.ts",
  "test/origin-verifier/command/**/*.test.ts",
  "test/origin-verifier/workers/workers.test.ts",
  "test/cli/init/init-dev.test.ts",
  "test/end-to-end/**/*.test.ts",
  "test/pair/failover.test.ts",
  "test/pair/pull-secret.test.ts",
  "test/hosts/**/*.test.ts",
  "test/package.test.ts",
  "test/installed-package.test.ts",
  "test/release/**/*.test.ts",
  "test/stage.test.ts",
  "test/site.test.ts",
  "test/examples.test.ts",
  "test/examples/**/*.test.ts",
  "test/runbooks/**/*.test.ts",
  "bench/**/*.test.ts",
];

export default defineConfig({
  test: {
    include: TOOL_TESTS,
    globalSetup: "test/support/tool-run.ts",
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 90_000,
  },
});
