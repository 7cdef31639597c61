import { defineConfig } from "vitest/config";

/** What `pullproof render` writes, in the real servers, by the numbered promises: `npm run test:servers`. */
export default defineConfig({
  test: {
    include: ["test/servers/**/*.test.ts"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Each file is a server, which waits more than it works.
    maxWorkers: 3,
  },
});
