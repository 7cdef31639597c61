import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { runIn } from "./cli/support/run-pullproof.ts";

const root = resolve(import.meta.dirname, "..");
const documents = [
  ...readdirSync(root).filter((name) => name.endsWith(".md")),
  ...["docs", "docs/decisions", "docs/concepts", "docs/runbooks"].flatMap((folder) =>
    readdirSync(join(root, folder))
      .filter((name) => name.endsWith(".md"))
      .map((name) => `${folder}/${name}`),
  ),
];

/** Paths in backticks that begin with one of our folders: a document that names a file names one that is there. */
const NAMED =
  /`((?:shared|worker|origin-verifier|cli|test|scripts|docs|examples|bench)\/[\w./-]*)`/g;
const LINK = /\]\((?!https?:|#)([^)#]+)/g;
const ANCHOR = /\]\((?!https?:)([^)#\s]*)#([^)\s]+)\)/g;

/** The anchors of a document's headings, as GitHub and the site make them; none for what is no document. */
function anchorsOf(file: string): readonly string[] {
  const text = readFileSync(file, "utf8").replaceAll(/^\s*```[^]*?^\s*```/gm, "");
  return [...text.matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
      .trim()
      .replaceAll(" ", "-"),
  );
}

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

  it("links only to headings that are there", () => {
    const gone = [...text.matchAll(ANCHOR)].filter(([, path = "", anchor = ""]) => {
      const file = path === "" ? join(root, document) : join(dirname(join(root, document)), path);
      return file.endsWith(".md") && existsSync(file) && !anchorsOf(file).includes(anchor);
    });
    expect(gone.map(([link]) => link)).toEqual([]);
  });
});

it("SECURITY.md numbers its guarantees without a gap, and none twice", () => {
  const text = readFileSync(join(root, "SECURITY.md"), "utf8");
  const numbers = [...text.matchAll(/^(\d+)\. \*\*/gm)].map(([, number]) => Number(number));
  expect(numbers.length).toBeGreaterThan(5);
  expect(numbers).toEqual(numbers.map((_, index) => index + 1));
});

it("every pullproof command that a document shows is one, with options that it has", async () => {
  const lines = documents.flatMap((document) => {
    const text = readFileSync(join(root, document), "utf8").replaceAll(/\\\n\s*/g, " ");
    const inBlocks = [...text.matchAll(/```sh\n([^]*?)```/g)].flatMap(([, block = ""]) =>
      block.split("\n").flatMap((line) => line.split("&&")),
    );
    const inWords = [...text.matchAll(/`((?:npx )?pullproof [^`]+)`/g)].map(
      ([, line = ""]) => line,
    );
    return [...inBlocks, ...inWords]
      .map((line) => /^\s*(?:npx )?pullproof (.+)$/.exec(line.replace(/\s#.*$/, ""))?.[1])
      .filter((line) => line !== undefined)
      .map((line) => ({ document, words: line.split(/[\s=]+/) }));
  });
  expect(lines.length).toBeGreaterThan(10);
  const wrong: string[] = [];
  for (const { document, words } of lines) {
    const [command = ""] = words;
    const { status, stdout } = await runIn(root, command, "--help");
    const flags = words.filter((word) => word.startsWith("--"));
    const unknown = flags.filter((flag) => !new RegExp(`${flag}(?![\\w-])`).test(stdout));
    if (status !== 0 || unknown.length > 0)
      wrong.push(
        `${document}: pullproof ${words.join(" ")}: ${unknown.join(" ") || "no such command"}`,
      );
  }
  expect(wrong).toEqual([]);
});

it("every script that a document names is in package.json", () => {
  const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
    scripts: Record<string, string>;
  };
  const named = documents.flatMap((document) =>
    [...readFileSync(join(root, document), "utf8").matchAll(/npm run ([\w-]+(?::[\w-]+)*)/g)].map(
      ([, name]) => name as string,
    ),
  );
  expect(named.length).toBeGreaterThan(5);
  expect(named.filter((name) => scripts[name] === undefined)).toEqual([]);
});

it("decisions are numbered without a gap, and each knows its number", () => {
  const names = readdirSync(join(root, "docs/decisions")).toSorted();
  const numbers = names.map((name) => Number(name.slice(0, 4)));
  expect(numbers).toEqual(names.map((_, index) => index + 1));
  const headings = names.map((name) => readFileSync(join(root, "docs/decisions", name), "utf8"));
  expect(headings.map((text) => Number.parseInt(text.replace(/^# /, ""), 10))).toEqual(numbers);
});
