import { cloudflareTest } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";

// The same origin for both: tests in Node, and tests inside workerd.
export default defineConfig({
  test: {
    globalSetup: "test/origin.ts",
    projects: [
      { test: { name: "node", include: ["test/in-node.test.ts"] } },
      {
        plugins: [cloudflareTest({ wrangler: { configPath: "wrangler.local.toml" } })],
        test: { name: "workerd", include: ["test/in-workerd.test.ts"] },
      },
    ],
  },
});
