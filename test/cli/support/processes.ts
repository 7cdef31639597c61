import { readdirSync, readFileSync } from "node:fs";
import { vi, expect } from "vitest";

/**
 * The command lines of the living processes that were started with a text in their environment: whatever they have
 * become, and whoever their parent is by now, that is handed down.
 */
export function processesWithEnvironment(text: string): readonly string[] {
  return readdirSync("/proc")
    .filter((name) => /^[0-9]+$/.test(name) && name !== String(process.pid))
    .flatMap((id) => {
      try {
        const environment = readFileSync(`/proc/${id}/environ`, "latin1");
        const command = readFileSync(`/proc/${id}/cmdline`, "latin1").replaceAll("\0", " ");
        return environment.includes(text) && command !== "" ? [`${id} ${command}`] : [];
      } catch {
        return []; // gone in the meantime, or not ours
      }
    });
}

/** Waits until no such process is left. */
export async function noneLeft(text: string): Promise<void> {
  await vi.waitFor(() => expect(processesWithEnvironment(text)).toEqual([]), { timeout: 10_000 });
}
