import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // Against the built verifier, on several Node versions: vitest.conformance.config.ts.
    // For as long as one likes: vitest.fuzz.config.ts.
    // In the real binaries of other servers: vitest.servers.config.ts.
    exclude: ["test/conformance/**", "test/fuzz/**", "test/servers/**"],
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 90_000,
  },
});
