import type { ReportGroup } from "./report.ts";
import type { Row } from "./row.ts";
import { spreadOf } from "./statistics.ts";

/** Of its cores, what a server used at least, for its requests a second to say what it can do. */
const AT_ITS_END = 0.9;

/**
 * Whether a row tells requests a second of a server that had time left in the median of its windows: the load or something
 * beside it was the bound, so a verdict would be on that. CPU figures hold nevertheless, and latency is measured so.
 */
export function isBoundByLoad(row: Row, samples: ReportGroup["samples"]): boolean {
  return (
    row.unit === "/s" &&
    row.servers.some(({ name, cores }) => hadTimeLeft(samples[name] ?? [], cores))
  );
}

/** The servers of a group that had time left, each with the cores that it used, in the median. */
export function idleServers({
  rows,
  samples,
}: Pick<ReportGroup, "rows" | "samples">): readonly string[] {
  const rates = rows.filter(({ unit }) => unit === "/s");
  if (rates.length === 0) return [];
  const cores = new Map(
    rates.flatMap(({ servers }) => servers).map((one) => [one.name, one.cores]),
  );
  return Object.entries(samples)
    .filter(([name, list]) => hadTimeLeft(list, cores.get(name) ?? 1))
    .map(([name, list]) => `${name} (${busyOf(list).toFixed(2)})`);
}

type Windows = ReportGroup["samples"][string];

function hadTimeLeft(list: Windows, cores: number): boolean {
  // At a steady rate a server is meant to have time left.
  return list.every(({ p50 }) => p50 === undefined) && busyOf(list) < AT_ITS_END * cores;
}

function busyOf(list: Windows): number {
  return spreadOf(list.map(({ busy }) => busy)).median;
}
