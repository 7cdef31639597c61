import { InvalidArgumentError } from "commander";

const UNITS = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** Writes a length of time as {@link parseDuration} reads it, in the largest unit that leaves no rest. */
export function formatDuration(milliseconds: number): string {
  if (milliseconds === 0) return "0";
  const units = Object.entries(UNITS).toReversed();
  const [unit, length] = units.find(([, one]) => milliseconds % one === 0) ?? ["s", UNITS.s];
  return `${milliseconds / length}${unit}`;
}

/** Reads a length of time: `90s`, `15m`, `24h`, `7d`; `0` is none. @returns milliseconds. */
export function parseDuration(raw: string): number {
  if (raw === "0") return 0;
  const [, digits, unit] = /^(\d{1,5})([smhd])$/.exec(raw) ?? [];
  if (digits !== undefined && unit !== undefined) {
    return Number(digits) * UNITS[unit as keyof typeof UNITS];
  }
  throw new InvalidArgumentError("A number with s, m, h or d behind it, like 24h.");
}
