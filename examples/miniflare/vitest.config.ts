import { cloudflareTest } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";

// The same origin for both: tests in Node, and tests inside workerd.
export default defineConfig({
  test: {
    globalSetup: "test/origin.ts",
    projects: [
      // Each of these starts a workerd of its own.
      { test: { name: "node", include: ["test/in-node.test.ts"], testTimeout: 30_000 } },
      {
        plugins: [cloudflareTest({ wrangler: { configPath: "wrangler.local.toml" } })],
        test: { name: "workerd", include: ["test/in-workerd.test.ts"] },
      },
    ],
  },
});
