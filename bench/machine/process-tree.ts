import { readdirSync, readFileSync } from "node:fs";

/** A process and everything that it has started, as of now. */
export function processTree(root: number): readonly number[] {
  const children = new Map<number, number[]>();
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const parent = statOf(Number(name))?.parent;
    if (parent !== undefined) children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
  }
  const found = [root];
  // An array goes on to what is added while it is walked.
  for (const pid of found) found.push(...(children.get(pid) ?? []));
  return found;
}

/**
 * Microseconds of CPU that processes have used so far, in user space and in the kernel: `utime` and `stime` of
 * /proc/PID/stat, hundredths of a second on every Linux that Node runs on. A difference over a second or two is good to
 * one per cent.
 *
 * @throws Error where one of them has ended: its time would be lost, and the server would look cheaper than it is.
 */
export function cpuOf(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => {
    const stat = statOf(pid);
    if (stat === null) throw new Error(`process ${pid} ended while it was measured`);
    return sum + stat.ticks * 10_000;
  }, 0);
}

/** Resident memory of processes, in KiB. What they share with each other is counted in each. */
export function residentOf(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    return sum + Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? Number.NaN);
  }, 0);
}

function statOf(pid: number): { readonly parent: number; readonly ticks: number } | null {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, "utf8");
  } catch {
    return null;
  }
  // The name in parentheses may hold anything, spaces and parentheses included.
  const fields = text.slice(text.lastIndexOf(") ") + 2).split(" ");
  return { parent: Number(fields[1]), ticks: Number(fields[11]) + Number(fields[12]) };
}
