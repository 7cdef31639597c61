import type { Fingerprint } from "../../shared/fingerprint.ts";
import { TO_BE_ISSUED } from "./to-be-issued.ts";

/** A fingerprint as people tell them apart: the first 12 digits. Data always carries the whole. */
export function short(fingerprint: Fingerprint): string {
  if (fingerprint === TO_BE_ISSUED) return "the new certificate";
  return `${fingerprint.slice(0, "sha256:".length + 12)}…`;
}

/** A moment, in UTC to the minute: `2026-11-23 10:00 UTC`. */
export function moment(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

/** A length of time in its largest whole unit: `3 h`, `2 days`, `40 s`. Rounded down; never less than 0. */
export function lasting(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 120) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return hours < 72 ? `${hours} h` : `${Math.floor(hours / 24)} days`;
}

/** Where a text says a length of time, as {@link lasting} writes it. */
export const LASTING: RegExp = /\b\d+ (?:s|min|h|days)\b/g;

/** `one`, `one and two`, `one, two and three`. */
export function listOf(items: readonly string[]): string {
  const last = items.at(-1) ?? "";
  return items.length < 2 ? last : `${items.slice(0, -1).join(", ")} and ${last}`;
}

/** To the next whole minute: a moment that is told must not lie before the one that is meant. */
export function roundedUp(at: number): number {
  return Math.ceil(at / 60_000) * 60_000;
}
