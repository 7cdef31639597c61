import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { listAt, type BindingsEdit } from "../../../cli/wrangler/bindings-edit.ts";
import { editConfiguration } from "../../../cli/wrangler/edit-configuration.ts";
import {
  isTable,
  languageOf,
  readDocument,
  type Table,
} from "../../../cli/wrangler/read-document.ts";
import { writtenJsonc, writtenToml, type WrittenConfiguration } from "./arbitraries.ts";

const NAMES: readonly string[] = ["A", "B", "NEW", "NEWER"];
const TOP = ["mtls_certificates"];

function edited(file: string, text: string, ...edits: readonly BindingsEdit[]): string {
  const result = editConfiguration(file, text, edits);
  if (!result.ok) throw new Error(result.why);
  return result.text;
}

function ids(
  list: readonly string[],
  given: Readonly<Record<string, string | null>>,
): BindingsEdit {
  const bindings = Object.entries(given).map(([name, id]): [string, Table | null] => [
    name,
    id === null ? null : { certificate_id: id },
  ]);
  return { list, bindings: new Map(bindings) };
}

function read(file: string, text: string): Table {
  const document = readDocument(languageOf(file), text);
  if (!document.ok) throw new Error(`${document.problems[0].message}\n${text}`);
  return document.value;
}

function without({ mtls_certificates: _list, ...others }: Table): Table {
  return others;
}

/** All but the lists of certificates. */
function otherValues(document: Table): unknown {
  const { env, ...top } = document;
  if (!isTable(env)) return without(top);
  const environments = Object.entries(env).map(([name, own]) => [name, without(own as Table)]);
  return { ...without(top), env: Object.fromEntries(environments) };
}

const listOf = (name: string): readonly string[] => (name === "" ? TOP : ["env", name, ...TOP]);

describe.each([
  ["wrangler.toml", writtenToml],
  ["wrangler.jsonc", writtenJsonc],
])("any %s", (file, written) => {
  const change = fc.dictionary(fc.constantFrom(...NAMES), fc.constantFrom("1", "2"), {
    minKeys: 1,
    noNullPrototype: true,
  });

  test("keeps every comment, its order, and every other value, and has the ids that were meant", () => {
    fc.assert(
      fc.property(written, change, ({ text, environments, comments }, wanted) => {
        const edits = [...environments.keys()].map((name) => ids(listOf(name), wanted));
        const after = edited(file, text, ...edits);
        const left = [...after.matchAll(/(?:#|\/\/) comment \d+\./g)].map(([comment]) => comment);
        expect(left).toEqual(inOrderOfText(text, comments));
        const document = read(file, after);
        expect(otherValues(document)).toEqual(otherValues(read(file, text)));
        for (const [name, own] of environments) {
          expect(listAt(document, listOf(name))).toEqual(
            [...new Set([...inOrderOfList(file, text, name, own), ...Object.keys(wanted)])].map(
              (binding) => ({
                binding,
                certificate_id: wanted[binding] ?? `${binding}-old`,
              }),
            ),
          );
        }
        expect(edited(file, after, ...edits)).toBe(after);
      }),
      { numRuns: 400 },
    );
  });

  test("keeps every line as it was that is not about an id that changed", () => {
    fc.assert(
      fc.property(written, ({ text, environments }) => {
        const edits = [...environments.keys()].map((name) =>
          ids(listOf(name), { A: "1", NEW: "2" }),
        );
        const after = new Set(
          edited(file, text, ...edits)
            .split(/\r?\n/)
            .map(withoutComma),
        );
        // An object that gets its first list changes its own last line.
        const changed = /A-old|^\s*"(?:env|e\.\d)"|\{\s*\}/;
        const lost = text
          .split(/\r?\n/)
          .filter((line) => !changed.test(line) && !after.has(withoutComma(line)));
        expect(lost).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });

  test("loses a binding, and no comment that has a line to itself", () => {
    fc.assert(
      fc.property(written, ({ text, environments }) => {
        const edits = [...environments.keys()].map((name) =>
          ids(listOf(name), { A: null, C: null }),
        );
        const after = edited(file, text, ...edits);
        expect(otherValues(read(file, after))).toEqual(otherValues(read(file, text)));
        for (const [name, own] of environments) {
          expect(listAt(read(file, after), listOf(name)).map(({ binding }) => binding)).toEqual(
            inOrderOfList(file, text, name, own).filter(
              (binding) => binding !== "A" && binding !== "C",
            ),
          );
        }
        const alone = text.split(/\r?\n/).filter((line) => /^\s*(?:#|\/\/) comment/.test(line));
        for (const comment of alone) expect(after).toContain(comment.trim());
      }),
      { numRuns: 200 },
    );
  });
});

function withoutComma(line: string): string {
  return line.replace(/,(\s*\/\/.*)?$/, "$1").trim();
}

function inOrderOfText(
  text: string,
  comments: WrittenConfiguration["comments"],
): readonly string[] {
  return comments.toSorted((one, other) => text.indexOf(one) - text.indexOf(other));
}

function inOrderOfList(
  file: string,
  text: string,
  name: string,
  own: readonly string[],
): readonly string[] {
  const found = listAt(read(file, text), listOf(name)).map(({ binding }) => String(binding));
  expect(found.toSorted()).toEqual(own.toSorted());
  return found;
}

describe("TOML", () => {
  test("a table that is new goes below the last of its list, and above the comment of what follows", () => {
    const text = `[[mtls_certificates]]
binding = "A"
certificate_id = "1"

# about the log
[observability]
enabled = true
`;
    expect(edited("wrangler.toml", text, ids(TOP, { B: "2" }))).toBe(`[[mtls_certificates]]
binding = "A"
certificate_id = "1"

[[mtls_certificates]]
binding = "B"
certificate_id = "2"

# about the log
[observability]
enabled = true
`);
  });

  test("the last binding's place is taken by the one that comes for it", () => {
    const text = `# pull certificates\n[[mtls_certificates]]\nbinding = "A"\ncertificate_id = "1"\n`;
    expect(edited("wrangler.toml", text, ids(TOP, { A: null, B: "2" }))).toBe(
      `# pull certificates\n[[mtls_certificates]]\nbinding = "B"\ncertificate_id = "2"\n`,
    );
  });

  test.each([
    ["nothing", ""],
    ["comments alone", "# one\n# two"],
    [
      "arrays",
      `mtls_certificates = [\n  # of A\n  { binding = "A", certificate_id = "1" }, # here\n]\n`,
    ],
    ["an inline environment", `env = { staging = { name = "b" } } # inline\n`],
    ["a dotted environment", `env.staging.name = "b"\n`],
    ["an environment without a header", `[env.staging.vars]\nA = 1\n`],
    ["a byte order mark", `\uFEFFname = "a"\n`],
  ])("can be edited where it holds %s", (_what, text) => {
    const hasStaging = text.includes("staging");
    const edits = [TOP, ...(hasStaging ? [listOf("staging")] : [])].map((list) =>
      ids(list, { B: "2" }),
    );
    const after = read("wrangler.toml", edited("wrangler.toml", text, ...edits));
    for (const { list } of edits) {
      expect(listAt(after, list).at(-1)).toEqual({ binding: "B", certificate_id: "2" });
    }
  });

  test("a table whose tables change is written anew, in its place, and its comments stay", () => {
    const text = `[[services]] # of A\nbinding = "A"\n# within\n[services.dev]\nhost = "old"\n\n# of B\n[[services]]\nbinding = "B"\n`;
    const dev = { options: { host: "new" } };
    const edit = { list: ["services"], bindings: new Map([["A", { dev }]]) };
    // The comment behind its header would go with the line.
    expect(editConfiguration("wrangler.toml", text, [edit]).ok).toBe(false);
    expect(edited("wrangler.toml", text.replace(" # of A", ""), edit)).toBe(
      `[[services]]\nbinding = "A"\n[services.dev]\noptions = { host = "new" }\n# within\n\n# of B\n[[services]]\nbinding = "B"\n`,
    );
  });

  test("whatever else stands in a binding's table stays", () => {
    const text = `[[mtls_certificates]]\nbinding = "A"\ncertificate_id = "1"\nextra = 1\n`;
    const after = read("wrangler.toml", edited("wrangler.toml", text, ids(TOP, { A: "2" })));
    expect(listAt(after, TOP)).toEqual([{ binding: "A", certificate_id: "2", extra: 1 }]);
  });
});

describe("JSON", () => {
  test.each([
    ["one line", `{"name":"a"}`],
    ["an empty object", `{}`],
    ["tabs", `{\n\t"name": "a"\n}\n`],
    ["an empty list with a comment", `{\n  "mtls_certificates": [\n    // none yet\n  ]\n}\n`],
    ["a byte order mark", `\uFEFF{"name":"a"}`],
  ])("can be edited where it is %s", (_what, text) => {
    const after = edited("wrangler.json", text, ids(TOP, { B: "2" }));
    expect(listAt(read("wrangler.json", after), TOP)).toEqual([
      { binding: "B", certificate_id: "2" },
    ]);
  });

  test("a comment behind the last element stays with it", () => {
    const text = `{\n  "mtls_certificates": [\n    { "binding": "A", "certificate_id": "1" } // of A\n  ]\n}\n`;
    expect(edited("wrangler.jsonc", text, ids(TOP, { B: "2" }))).toBe(
      `{\n  "mtls_certificates": [\n    { "binding": "A", "certificate_id": "1" }, // of A\n    { "binding": "B", "certificate_id": "2" }\n  ]\n}\n`,
    );
  });
});

describe("gives no text", () => {
  test.each([
    [
      "that would lose a comment",
      `mtls_certificates = [\n  # of A\n  { binding = "A", certificate_id = "1" },\n]\n`,
    ],
    ["of a list that is no list", `mtls_certificates = "none"\n`],
    ["of a list of something else", `mtls_certificates = ["A"]\n`],
    ["of what does not parse", `mtls_certificates = [`],
  ])("%s", (_what, text) => {
    const result = editConfiguration("wrangler.toml", text, [ids(TOP, { A: null })]);
    expect(result.ok).toBe(false);
  });

  test("where the edit would go to another place than was meant", () => {
    const text = `[[mtls_certificates]]\nbinding = "A"\n[mtls_certificates.note]\ncertificate_id = "x"\n`;
    const result = editConfiguration("wrangler.toml", text, [ids(TOP, { A: "1" })]);
    expect(result).toEqual({ ok: false, why: "it would say something else" });
  });
});
