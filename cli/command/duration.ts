import { InvalidArgumentError } from "commander";

const UNITS = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** Reads a length of time: `90s`, `15m`, `24h`, `7d`; `0` is none. @returns milliseconds. */
export function parseDuration(raw: string): number {
  if (raw === "0") return 0;
  const [, digits, unit] = /^(\d{1,5})([smhd])$/.exec(raw) ?? [];
  if (digits !== undefined && unit !== undefined) {
    return Number(digits) * UNITS[unit as keyof typeof UNITS];
  }
  throw new InvalidArgumentError("A number with s, m, h or d behind it, like 24h.");
}
