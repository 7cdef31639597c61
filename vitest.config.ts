import { defineConfig } from "vitest/config";
import { TOOL_TESTS } from "./vitest.tool.config.ts";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // Against the built verifier, on several Node versions: vitest.conformance.config.ts.
    // For as long as one likes: vitest.fuzz.config.ts.
    // In the real binaries of other servers: vitest.servers.config.ts.
    // With wrangler itself, whole projects, the package, pages in a browser: vitest.tool.config.ts.
    // Of other people's packages: test/tools/node_modules.
    exclude: [
      "**/node_modules/**",
      "test/conformance/**",
      "test/fuzz/**",
      "test/servers/**",
      ...TOOL_TESTS,
    ],
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 90_000,
  },
});
