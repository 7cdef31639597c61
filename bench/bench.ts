import { existsSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import type { Group } from "./rows/group.ts";
import { GROUPS } from "./rows/groups.ts";
import { aboutMachine, howOf, type BenchReport, type ReportGroup } from "./report/report.ts";
import { textOf } from "./report/text.ts";
import { writeReport } from "./report/write-report.ts";
import { isInstalled, TOOLS } from "./servers/tools.ts";
import type { ToolName } from "./servers/server.ts";
import { QUICK, WHOLE } from "./support/timing.ts";
import { makeWorld } from "./support/world.ts";

/**
 * The verifier side by side with nginx, HAProxy, Caddy, Apache and stunnel: bench/README.md says how to read what it prints.
 * Exits 0 where everything was measured, whatever came out; 1 where something could not be; 2 for wrong usage.
 */
const USAGE = `npm run bench [-- OPTION...]

  --quick           under two minutes: for a first look, good for nothing else
  --only GROUP      this group alone; may be given again: ${GROUPS.map(({ name }) => name).join(", ")}
  --rounds N        windows of each server; default 7
  --verifier FILE   the main.js or main.ts to measure; default dist/origin-verifier/main.js
  --json            the report as data, on stdout
  --write-report    also into bench/report.json and bench/report.md, README.md's table and the plots
`;
const ROOT = path.resolve(import.meta.dirname, "..");

const options = readOptions();
const missing = (Object.keys(TOOLS) as ToolName[]).filter((name) => !isInstalled(name));
if (missing.length > 0) {
  const packages = missing.map((name) => TOOLS[name].package).join(" ");
  console.error(`not measured: ${missing.join(", ")}`);
  console.error(`next: apt-get install --no-install-recommends ${packages}`);
  // The application behind all of them, too.
  if (missing.includes("nginx")) process.exit(1);
}

const began = performance.now();
const world = await makeWorld({
  timing: options.timing,
  main: options.main,
  tell: (what) => {
    if (process.stderr.isTTY) process.stderr.write(`\r\u001B[K${what}`);
  },
});
const ending = (): void => void world.close().finally(() => process.exit(130));
process.once("SIGINT", ending).once("SIGTERM", ending);
const groups: ReportGroup[] = [];
const failed: string[] = [];
try {
  for (const { name, title, measure } of options.groups) {
    try {
      const measured = await measure(world);
      const samples = Object.fromEntries(measured.samples);
      const how = measured.how ?? howOf(samples);
      groups.push({ name, title, how, rows: measured.rows, samples });
    } catch (error) {
      failed.push(`${name}: ${(error as Error).message}`);
    }
  }
} finally {
  world.tell("");
  await world.close();
}
const report: BenchReport = {
  ...aboutMachine(options.main),
  timing: options.timing,
  seconds: (performance.now() - began) / 1000,
  groups,
};
console.log(
  options.json ? JSON.stringify(report, null, 2) : textOf(report, process.stdout.columns),
);
for (const why of failed) console.error(`could not be measured: ${why}`);
if (options.write && failed.length === 0) writeReport(ROOT, report);
process.exitCode = failed.length === 0 ? 0 : 1;

function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        quick: { type: "boolean", default: false },
        only: { type: "string", multiple: true, default: [] },
        rounds: { type: "string" },
        verifier: { type: "string", default: path.join(ROOT, "dist/origin-verifier/main.js") },
        json: { type: "boolean", default: false },
        "write-report": { type: "boolean", default: false },
        help: { type: "boolean", default: false },
      },
    });
    if (values.help) {
      process.stdout.write(USAGE);
      process.exit(0);
    }
    const timing = values.quick ? QUICK : WHOLE;
    const rounds = Number(values.rounds ?? timing.rounds);
    if (!Number.isInteger(rounds) || rounds < 1 || rounds > 50)
      throw new Error("--rounds: 1 to 50");
    const main = path.resolve(values.verifier);
    if (!existsSync(main)) throw new Error(`--verifier: there is no ${main} (next: npm run build)`);
    if (values["write-report"] && (values.quick || values.only.length > 0))
      throw new Error("--write-report: what is written is a whole run: neither --quick nor --only");
    const wanted = values.only.map(groupNamed);
    const { json, "write-report": write } = values;
    return {
      groups: wanted.length === 0 ? GROUPS : wanted,
      timing: { ...timing, rounds },
      main,
      json,
      write,
    };
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n${USAGE}`);
    process.exit(2);
  }
}

function groupNamed(name: string): Group {
  const group = GROUPS.find((one) => one.name === name);
  if (group === undefined) throw new Error(`--only: there is no group ${name}`);
  return group;
}
