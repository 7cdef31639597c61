import type { IncomingHttpHeaders } from "node:http";

/** As much of an answer as decides whether it is kept. */
export interface Answered {
  readonly method: string;
  /** The visitor's headers. */
  readonly asked: IncomingHttpHeaders;
  readonly status: number;
  /** The answer's headers. */
  readonly said: IncomingHttpHeaders;
}

const FORBIDDING = ["no-store", "no-cache", "private"];
const DIRECTIVE = /^([\w-]+)(?:="?([0-9]+)"?)?$/;

/**
 * For how many seconds the edge answers from its cache: what the answer says *explicitly* (s-maxage, else max-age), less
 * its Age; 0 where it says nothing, or something that cannot be read, or where it is for one visitor alone.
 *
 * Simpler than Cloudflare's, which also goes by the path's ending: what is kept here is kept there, if caching is on for it.
 */
export function freshFor({ method, asked, status, said }: Answered): number {
  if (method !== "GET" || status !== 200 || !mayLookUp(method, asked)) return 0;
  if (said["set-cookie"] !== undefined || !variesByEncodingAlone(said.vary)) return 0;
  const directives = new Map<string, string | undefined>();
  for (const part of (said["cache-control"] ?? "").toLowerCase().split(",")) {
    const [, name, value] = DIRECTIVE.exec(part.trim()) ?? [];
    // One directive that cannot be read may be the one that forbids.
    if (name === undefined && part.trim() !== "") return 0;
    if (name !== undefined && directives.has(name)) return 0;
    if (name !== undefined) directives.set(name, value);
  }
  if (FORBIDDING.some((name) => directives.has(name))) return 0;
  const lifetime = Number(directives.get("s-maxage") ?? directives.get("max-age") ?? 0);
  const age = /^[0-9]+$/.test(said.age ?? "") ? Number(said.age) : 0;
  return Math.max(0, lifetime - age);
}

/** Whether the cache may answer this request at all. */
export function mayLookUp(method: string, asked: IncomingHttpHeaders): boolean {
  return (
    (method === "GET" || method === "HEAD") &&
    asked.authorization === undefined &&
    asked.range === undefined &&
    asked["if-match"] === undefined &&
    asked["if-unmodified-since"] === undefined
  );
}

function variesByEncodingAlone(vary: string | undefined): boolean {
  return (vary ?? "")
    .split(",")
    .map((name) => name.trim().toLowerCase())
    .every((name) => name === "" || name === "accept-encoding");
}
