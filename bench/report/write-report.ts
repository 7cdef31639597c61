import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { markdownOf, readmeTableOf } from "./markdown.ts";
import { plotOf } from "./plot.ts";
import type { BenchReport } from "./report.ts";

/** The scripts whose tables are in README.md, each between two marks of its own. */
export type Script = "bench" | "bench:worker";

/** Writes what a whole run came to: the data, the report for people, README.md's table, and the plots. */
export function writeReport(root: string, report: BenchReport): void {
  const write = (file: string, text: string): void => writeFileSync(path.join(root, file), text);
  const readme = readFileSync(path.join(root, "README.md"), "utf8");
  const changed = withTable(readme, "bench", `${PICTURE}\n\n${readmeTableOf(report)}`);
  write("bench/report.json", `${JSON.stringify(rounded(report), null, 1)}\n`);
  write("bench/report.md", markdownOf(report));
  write("docs/pictures/bench-light.svg", plotOf(report, "light"));
  write("docs/pictures/bench-dark.svg", plotOf(report, "dark"));
  write("README.md", changed);
}

/** Writes what a whole run of the Worker came to. */
export function writeWorkerReport(root: string, report: BenchReport): void {
  const write = (file: string, text: string): void => writeFileSync(path.join(root, file), text);
  const readme = readFileSync(path.join(root, "README.md"), "utf8");
  const changed = withTable(readme, "bench:worker", readmeTableOf(report));
  write("bench/report-worker.json", `${JSON.stringify(rounded(report), null, 1)}\n`);
  write("bench/report-worker.md", markdownOf(report));
  write("README.md", changed);
}

const PICTURE = `<picture>
  <source media="(prefers-color-scheme: dark)" srcset="docs/pictures/bench-dark.svg">
  <img src="docs/pictures/bench-light.svg" alt="Bars of pulls a second, CPU a pull, median latency and memory for each idle connection: pullproof beside nginx, HAProxy, stunnel, Caddy and Apache">
</picture>`;

/** README.md with another table between a script's two marks. @throws Error where they are not there. */
export function withTable(readme: string, script: Script, table: string): string {
  const begin = `<!-- ${script}: written by npm run ${script} -- --write-report -->`;
  const end = `<!-- /${script} -->`;
  const [before, rest] = readme.split(begin);
  const after = rest?.split(end)[1];
  if (before === undefined || after === undefined)
    throw new Error(`README.md has no ${begin} with ${end} after it`);
  return `${before}${begin}\n\n${table}\n\n${end}${after}`;
}

/** Four digits are more than any figure here is good for. */
function rounded(report: BenchReport): unknown {
  return JSON.parse(JSON.stringify(report), (_key, value: unknown) =>
    typeof value === "number" ? Number(value.toPrecision(5)) : value,
  );
}
