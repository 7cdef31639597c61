import { spawnSync } from "node:child_process";
import path from "node:path";
import { figureRow, type Row } from "../report/row.ts";

const ROOT = path.resolve(import.meta.dirname, "../..");

/** What was built, and what `npm run bundle` says of it. */
export interface Bundle {
  /** The Worker as it would be deployed, in one file. */
  readonly file: string;
  readonly rows: readonly Row[];
}

/** Builds the Worker with `npm run bundle`, whose two figures CI holds. @throws Error where it does not build. */
export function measureBundle(): Bundle {
  const script = path.join(ROOT, "scripts/measure-bundle.ts");
  const { stdout, stderr } = spawnSync(process.execPath, [script], { cwd: ROOT, encoding: "utf8" });
  const lines = stdout.matchAll(/^(.+): ([\d.]+) (\w+) \(at most ([\d.]+) \w+\)/gm);
  const rows = [...lines].map(([, what = "", figure, unit = "", most]) =>
    figureRow({ what: `the Worker's ${what}`, unit, bar: { most: Number(most) } }, [
      Number(figure),
    ]),
  );
  if (rows.length === 0) throw new Error(`the Worker does not build:\n${stdout}${stderr}`);
  return { file: path.join(ROOT, "dist/worker-bundle/index.js"), rows };
}
