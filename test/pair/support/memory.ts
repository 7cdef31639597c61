import { readFileSync, writeFileSync } from "node:fs";

/** Watches the resident memory of a process. */
export interface MemoryWatch {
  /** The most that was resident since the watch began, in bytes; the kernel's own figure, between two looks too. */
  readonly stop: () => { readonly peak: number; readonly samples: readonly number[] };
}

/** Begins to look at `/proc/PID/status`, every 20 ms; the kernel's high-water mark begins anew. */
export function watchMemory(pid: number): MemoryWatch {
  try {
    // proc(5): 5 resets the high-water mark.
    writeFileSync(`/proc/${pid}/clear_refs`, "5");
  } catch {
    // Not every kernel lets it be reset. Then it is that of the whole life of the process, which is no less.
  }
  const samples: number[] = [];
  const timer = setInterval(() => samples.push(read(pid, "VmRSS") ?? Infinity), 20);
  return {
    stop: () => {
      clearInterval(timer);
      return { peak: Math.max(read(pid, "VmHWM") ?? 0, ...samples), samples };
    },
  };
}

/** In bytes; null where the kernel does not say. */
function read(pid: number, name: "VmRSS" | "VmHWM"): number | null {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  const kibibytes = new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(status)?.[1];
  return kibibytes === undefined ? null : Number(kibibytes) * 1024;
}
