import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { gzipSync } from "node:zlib";
import { aboutMachine, type BenchReport } from "./report/report.ts";
import { textOf } from "./report/text.ts";
import { writeWorkerReport } from "./report/write-report.ts";
import { measureWorker } from "./rows/worker.ts";
import { QUICK, WHOLE } from "./support/timing.ts";
import { makeWorld } from "./support/world.ts";

/**
 * Our Worker in workerd, against Workers that do nothing but pass on: what it adds, in CPU. `npm run bundle` holds its size
 * and its start-up.
 */
const ROOT = path.resolve(import.meta.dirname, "..");
const about = aboutMachine(path.join(ROOT, "worker/index.ts"));
const { values } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
    "write-report": { type: "boolean", default: false },
  },
});
const began = performance.now();
const outdir = "dist/worker-bundle";
const built = spawnSync("wrangler", ["deploy", "--dry-run", `--outdir=${outdir}`], {
  cwd: ROOT,
  encoding: "utf8",
  env: { ...process.env, CI: "1", WRANGLER_SEND_METRICS: "false" },
});
if (built.status !== 0) {
  console.error(`the Worker does not build:\n${built.stdout}${built.stderr}`);
  process.exit(1);
}
const bundle = path.join(ROOT, outdir, "index.js");
const timing = values.quick ? QUICK : WHOLE;
const main = path.join(ROOT, "origin-verifier/main.ts");
const world = await makeWorld({
  timing,
  main,
  tell: (what) => {
    if (process.stderr.isTTY) process.stderr.write(`\r\u001B[K${what}`);
  },
});
const ending = (): void => void world.close().finally(() => process.exit(130));
process.once("SIGINT", ending).once("SIGTERM", ending);
try {
  const { rows, samples } = await measureWorker(world, bundle);
  const report: BenchReport = {
    ...about,
    versions: { ...about.versions, workerd: workerdVersion() },
    timing,
    seconds: (performance.now() - began) / 1000,
    groups: [
      {
        name: "worker",
        title: `The Worker in workerd, on one core; ${(gzipSync(readFileSync(bundle)).length / 1024).toFixed(1)} KiB of gzip`,
        rows,
        samples: Object.fromEntries(samples),
      },
    ],
  };
  world.tell("");
  console.log(values.json ? JSON.stringify(report, null, 2) : textOf(report));
  if (values["write-report"]) writeWorkerReport(ROOT, report);
} finally {
  await world.close();
}

function workerdVersion(): string {
  const file = path.join(ROOT, "node_modules/workerd/package.json");
  return (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version;
}
