import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { describe, expect, it } from "vitest";

const root = resolve(import.meta.dirname, "..");
const documents = [
  ...readdirSync(root).filter((name) => name.endsWith(".md")),
  ...readdirSync(join(root, "docs/decisions")).map((name) => `docs/decisions/${name}`),
];

/** Paths in backticks that begin with one of our folders: a document that names a file names one that is there. */
const NAMED =
  /`((?:shared|worker|origin-verifier|cli|test|scripts|docs|examples|bench)\/[\w./-]*)`/g;
const LINK = /\]\((?!https?:|#)([^)#]+)/g;

describe.each(documents)("%s", (document) => {
  const text = readFileSync(join(root, document), "utf8");

  it("names only files and folders that are there", () => {
    const gone = [...text.matchAll(NAMED)]
      .map(([, path]) => path as string)
      .filter((path) => !existsSync(join(root, path)));
    expect(gone).toEqual([]);
  });

  it("links only to what is there", () => {
    const base = dirname(join(root, document));
    const gone = [...text.matchAll(LINK)]
      .map(([, path]) => path as string)
      .filter((path) => !existsSync(join(base, path)));
    expect(gone).toEqual([]);
  });
});

it("every script that a document names is in package.json", () => {
  const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
    scripts: Record<string, string>;
  };
  const named = documents.flatMap((document) =>
    [...readFileSync(join(root, document), "utf8").matchAll(/npm run ([\w:-]+)/g)].map(
      ([, name]) => name as string,
    ),
  );
  expect(named.length).toBeGreaterThan(5);
  expect(named.filter((name) => scripts[name] === undefined)).toEqual([]);
});
