import { existsSync, globSync, rmSync } from "node:fs";
import path from "node:path";

/**
 * Removes from dist/ what was built from sources that are gone: `tsc -b` leaves it, and it would be packed. Run after it,
 * by `npm run build`.
 */
const ROOT = path.resolve(import.meta.dirname, "..");

for (const file of globSync("{cli,origin-verifier,shared,worker}/**/*.{js,d.ts,map}", {
  cwd: path.join(ROOT, "dist"),
})) {
  const source = file.replace(/(?:\.d\.ts|\.js)(?:\.map)?$/, "");
  const stands = [".ts", ".js", ".d.ts"].some((ending) =>
    existsSync(path.join(ROOT, source + ending)),
  );
  // No source map is built: where one is, it is an older build's.
  if (!stands || file.endsWith(".map")) rmSync(path.join(ROOT, "dist", file));
}
