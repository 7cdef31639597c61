import { expect, test } from "vitest";
import page from "../../docs/concepts/cache.md?raw";
import { mayLookUp, storableSeconds } from "../../worker/cache-rules.ts";

/** docs/concepts/cache.md says what the rules say. */
const row = (begins: string): string =>
  page.split("\n").find((line) => line.startsWith(`| ${begins} |`)) ?? "";

test("the page names the headers that go round the cache", () => {
  const named = [...row("may be answered from the cache").matchAll(/`([\w-]+)`/g)]
    .map(([, name = ""]) => name.toLowerCase())
    .filter((name) => name !== "get" && name !== "head");
  expect(named).toHaveLength(8);
  const written = named.flatMap((name) => [name, name.replaceAll("-", "_")]);
  expect(written.filter((name) => mayLookUp("GET", new Map([[name, "x"]])))).toEqual([]);
});

test("the page names the headers with which nothing is kept", () => {
  const named = [...row("is not").matchAll(/with `([A-Z][\w-]+)`(?: or `([\w-]+)`)?/g)].flatMap(
    ([, ...names]) => names.filter((name) => name !== undefined),
  );
  expect(named).toEqual(["Set-Cookie", "CDN-Cache-Control", "Cloudflare-CDN-Cache-Control"]);
  const visit = { method: "GET", headers: new Map<string, string>() };
  const kept = named.filter((name) => {
    const headers = new Headers({ "Cache-Control": "max-age=60", [name]: "max-age=60" });
    return storableSeconds(visit, { status: 200, headers }, 0) > 0;
  });
  expect(kept).toEqual([]);
});

test("the page names what goes round", () => {
  expect(row("goes round")).toContain("`health`");
  expect(row("goes round")).toContain("`accept.also.access`");
});

test("the page names the statuses that are kept", () => {
  const named = [...row("is kept").matchAll(/\b[2-5]\d\d\b/g)].map(Number);
  const visit = { method: "GET", headers: new Map<string, string>() };
  const headers = new Headers({ "Cache-Control": "max-age=60" });
  const kept = Array.from({ length: 400 }, (_, at) => at + 200).filter(
    (status) => storableSeconds(visit, { status, headers }, 0) > 0,
  );
  expect(named.toSorted((one, other) => one - other)).toEqual(kept);
});
