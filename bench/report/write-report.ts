import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { markdownOf, readmeTableOf } from "./markdown.ts";
import { plotOf } from "./plot.ts";
import type { BenchReport } from "./report.ts";

const BEGIN = "<!-- bench: written by npm run bench -- --write-report -->";
const END = "<!-- /bench -->";

/** Writes what a whole run came to: the data, the report for people, README.md's table, and the plots. */
export function writeReport(root: string, report: BenchReport): void {
  const write = (file: string, text: string): void => writeFileSync(path.join(root, file), text);
  const readme = readFileSync(path.join(root, "README.md"), "utf8");
  const table = withTable(readme, readmeTableOf(report));
  write("bench/report.json", `${JSON.stringify(rounded(report), null, 1)}\n`);
  write("bench/report.md", markdownOf(report));
  write("docs/pictures/bench-light.svg", plotOf(report, "light"));
  write("docs/pictures/bench-dark.svg", plotOf(report, "dark"));
  write("README.md", table);
}

/** Writes what a whole run of the Worker came to. */
export function writeWorkerReport(root: string, report: BenchReport): void {
  const write = (file: string, text: string): void => writeFileSync(path.join(root, file), text);
  write("bench/report-worker.json", `${JSON.stringify(rounded(report), null, 1)}\n`);
  write("bench/report-worker.md", markdownOf(report));
}

/** README.md with another table between its two marks. @throws Error where they are not there. */
export function withTable(readme: string, table: string): string {
  const [before, rest] = readme.split(BEGIN);
  const after = rest?.split(END)[1];
  if (before === undefined || after === undefined)
    throw new Error(`README.md has no ${BEGIN} with ${END} after it`);
  return `${before}${BEGIN}\n\n${table}\n\n${END}${after}`;
}

/** Four digits are more than any figure here is good for. */
function rounded(report: BenchReport): unknown {
  return JSON.parse(JSON.stringify(report), (_key, value: unknown) =>
    typeof value === "number" ? Number(value.toPrecision(5)) : value,
  );
}
