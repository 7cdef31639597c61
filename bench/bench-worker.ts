import { readFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { aboutMachine, howOf, type BenchReport } from "./report/report.ts";
import { textOf } from "./report/text.ts";
import { writeWorkerReport } from "./report/write-report.ts";
import { measureBundle, type Bundle } from "./rows/bundle.ts";
import { measureWorker } from "./rows/worker.ts";
import { isInstalled, TOOLS } from "./servers/tools.ts";
import { QUICK, WHOLE } from "./support/timing.ts";
import { makeWorld } from "./support/world.ts";

/** Our Worker in workerd, against Workers that do nothing but pass on: what it adds, in CPU. And its size, and its start-up. */
const ROOT = path.resolve(import.meta.dirname, "..");
const about = aboutMachine(path.join(ROOT, "worker/index.ts"));
const USAGE = `npm run bench:worker [-- OPTION...]

  --quick           for a first look, good for nothing else
  --json            the report as data, on stdout
  --write-report    also into bench/report-worker.json and bench/report-worker.md, and README.md's table
`;
const values = readOptions();
if (!isInstalled("nginx")) {
  console.error("nginx is missing: it is the origin that is pulled from");
  console.error(`next: apt-get install --no-install-recommends ${TOOLS.nginx.package}`);
  process.exit(1);
}
const began = performance.now();
let bundle: Bundle;
try {
  bundle = measureBundle();
} catch (error) {
  console.error((error as Error).message);
  process.exit(1);
}
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
  const measured = await measureWorker(world, bundle.file);
  const samples = Object.fromEntries(measured.samples);
  const report: BenchReport = {
    ...about,
    versions: { ...about.versions, workerd: workerdVersion() },
    timing,
    seconds: (performance.now() - began) / 1000,
    groups: [
      {
        name: "worker",
        title: "The Worker in workerd, on one core",
        how: howOf(samples),
        rows: [...measured.rows, ...bundle.rows],
        samples,
      },
    ],
  };
  world.tell("");
  console.log(
    values.json ? JSON.stringify(report, null, 2) : textOf(report, process.stdout.columns),
  );
  if (values["write-report"]) writeWorkerReport(ROOT, report);
} finally {
  await world.close();
}

function readOptions() {
  try {
    const { values: given } = parseArgs({
      options: {
        quick: { type: "boolean", default: false },
        json: { type: "boolean", default: false },
        "write-report": { type: "boolean", default: false },
        help: { type: "boolean", default: false },
      },
    });
    if (given["write-report"] && given.quick)
      throw new Error("--write-report: what is written is a whole run, and no quick one");
    if (!given.help) return given;
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n${USAGE}`);
    process.exit(2);
  }
  process.stdout.write(USAGE);
  process.exit(0);
}

function workerdVersion(): string {
  const file = path.join(ROOT, "node_modules/workerd/package.json");
  return (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version;
}
