import { spawnSync } from "node:child_process";
import { arch, cpus, release, totalmem } from "node:os";
import type { ToolName } from "../servers/server.ts";
import { isInstalled, TOOLS, versionOf } from "../servers/tools.ts";
import type { Sample } from "../support/measure.ts";
import type { Timing } from "../support/timing.ts";
import type { Row } from "./row.ts";
import { spreadOf } from "./statistics.ts";

/** Everything that was measured, and where. What is written as data. */
export interface BenchReport {
  /** The day, in UTC. */
  readonly date: string;
  readonly machine: string;
  /** The commit that was measured; null where git does not know. */
  readonly commit: string | null;
  readonly timing: Timing;
  readonly seconds: number;
  /** Each with the version of its TLS library. */
  readonly versions: Readonly<Record<string, string>>;
  readonly groups: readonly ReportGroup[];
}

/** The rows of one group. */
export interface ReportGroup {
  readonly name: string;
  readonly title: string;
  /** Rounds and windows as they were measured, in words: they differ from group to group. */
  readonly how: string;
  readonly rows: readonly Row[];
  readonly samples: Readonly<Record<string, readonly Sample[]>>;
}

/** Rounds and windows, from the windows themselves. */
export function howOf(samples: ReportGroup["samples"]): string {
  const lists = Object.values(samples);
  const rounds = Math.max(0, ...lists.map((list) => list.length));
  const each = spreadOf(lists.flat().map(({ milliseconds }) => milliseconds)).median;
  // A window ends some milliseconds late.
  return `${rounds} ${rounds === 1 ? "round" : "rounds"} of ${Number((each / 1000).toFixed(1))} s`;
}

/** What is known before anything is measured. */
export function aboutMachine(
  main: string,
): Pick<BenchReport, "date" | "machine" | "commit" | "versions"> {
  const all = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  const git = spawnSync("git", ["describe", "--always", "--dirty", "--abbrev=12"], {
    cwd: new URL(".", `file://${main}`),
    encoding: "utf8",
  });
  const tools = (Object.keys(TOOLS) as ToolName[]).filter(isInstalled);
  return {
    date: new Date().toISOString().slice(0, 10),
    machine: `${all.length} cores of ${all[0]?.model.trim() ?? "an unknown CPU"} (${arch()}), ${memory} GiB, Linux ${release().split("-")[0]}`,
    commit: git.status === 0 ? git.stdout.trim() : null,
    versions: {
      node: `${process.version} (OpenSSL ${process.versions.openssl.replace(/\+.*/, "")})`,
      ...Object.fromEntries(tools.map((tool) => [tool, versionOf(tool)])),
    },
  };
}
