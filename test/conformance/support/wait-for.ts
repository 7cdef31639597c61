import { setTimeout as pause } from "node:timers/promises";

/** Waits until a condition gives something other than null or false; fails, with what was awaited, after the deadline. */
export async function waitFor<T>(
  what: string,
  condition: () => T | null | false | Promise<T | null | false>,
  deadlineMs = 20_000,
): Promise<T> {
  const end = performance.now() + deadlineMs;
  for (;;) {
    const value = await condition();
    if (value !== null && value !== false) return value;
    if (performance.now() > end) throw new Error(`not within ${deadlineMs} ms: ${what}`);
    await pause(15);
  }
}
