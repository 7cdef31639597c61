import { readdirSync, readFileSync } from "node:fs";

/** What a process holds at this moment. */
export interface Resources {
  readonly descriptors: number;
  /** Resident, in MiB. */
  readonly memory: number;
}

/** Reads /proc. */
export function resourcesOf(pid: number): Resources {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  const kib = Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? Number.NaN);
  return { descriptors: readdirSync(`/proc/${pid}/fd`).length, memory: kib / 1024 };
}

/** Milliseconds of CPU that a process has used so far. */
export function cpuOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  // utime and stime, in hundredths of a second on every Linux that Node runs on.
  return (Number(fields[11]) + Number(fields[12])) * 10;
}
