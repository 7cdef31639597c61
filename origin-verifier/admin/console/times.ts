import { markup, type Markup } from "./markup.ts";

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
/** A day, in milliseconds. */
export const DAY_MS = 24 * HOUR_MS;

/** A moment, as its time of day in UTC; the script turns it into "12 s ago" and keeps it true. */
export function moment(time: number): Markup {
  const iso = new Date(time).toISOString();
  return markup`<time datetime="${iso}" data-ago title="${iso}">${iso.slice(11, 19)} UTC</time>`;
}

/** A time of day, as it stands. */
export function timeOfDay(time: number): Markup {
  const iso = new Date(time).toISOString();
  return markup`<time datetime="${iso}" title="${iso}">${iso.slice(11, 19)}</time>`;
}

/** A date: `21 Nov 2026`. */
export function date(time: number): string {
  const day = new Date(time);
  const month = day.toLocaleString("en", { month: "short", timeZone: "UTC" });
  return `${day.getUTCDate()} ${month} ${day.getUTCFullYear()}`;
}

/** How far away a moment is: `in 29 days`, `in 3 hours`, `2 days ago`. */
export function distance(time: number, now: number): string {
  const away = Math.abs(time - now);
  const long = length(away);
  return time > now ? `in ${long}` : `${long} ago`;
}

function length(ms: number): string {
  if (ms < HOUR_MS) return counted(Math.floor(ms / MINUTE_MS), "minute");
  if (ms < 2 * DAY_MS) return counted(Math.floor(ms / HOUR_MS), "hour");
  if (ms < 730 * DAY_MS) return counted(Math.floor(ms / DAY_MS), "day");
  return counted(Math.floor(ms / (365 * DAY_MS)), "year");
}

/** `1 pull`, `2 pulls`, `12,000 pulls`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${grouped(count)} ${count === 1 ? one : many}`;
}

/** A number with its thousands apart. */
export function grouped(count: number): string {
  return count.toLocaleString("en");
}
