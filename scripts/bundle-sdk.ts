import { createRequire } from "node:module";
import path from "node:path";

/**
 * Puts the parts of Cloudflare's SDK that the operator's tool uses into the one built file that uses them: the whole SDK is
 * 120 MB, and nobody who installs this package needs the rest of it. Run after `tsc -b`, by `npm run build`.
 */
const ROOT = path.resolve(import.meta.dirname, "..");

interface Esbuild {
  readonly build: (options: object) => Promise<unknown>;
}
// wrangler's own: what it brings is no dependency of this repository's.
const { build } = createRequire(createRequire(import.meta.url).resolve("wrangler"))(
  "esbuild",
) as Esbuild;

await build({
  entryPoints: [path.join(ROOT, "cli/cloudflare/client.ts")],
  outfile: path.join(ROOT, "dist/cli/cloudflare/client.js"),
  bundle: true,
  format: "esm",
  platform: "node",
  target: "node22",
  legalComments: "inline",
  // Its comments are half of it, with keys for examples in them.
  minifyWhitespace: true,
  logLevel: "warning",
});
