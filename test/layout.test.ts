import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, test } from "vitest";

const script = fileURLToPath(new URL("../scripts/check-layout.ts", import.meta.url));
const made: string[] = [];

afterEach(() => {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true });
});

/** The violations that the check finds in a made-up tree, and how it ended. */
function check(files: Readonly<Record<string, string>>, manifest: object = {}) {
  const root = mkdtempSync(path.join(tmpdir(), "pullproof-layout-"));
  made.push(root);
  const all = { "package.json": JSON.stringify({ name: "pullproof", ...manifest }), ...files };
  for (const [file, text] of Object.entries(all)) {
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    writeFileSync(path.join(root, file), text);
  }
  return run(root);
}

/** The violations in a tree with one file for each case, in that folder and with the case's name. */
function checkEach(folder: string, texts: Readonly<Record<string, string>>) {
  const files = Object.entries(texts).map(
    ([name, text]) => [`${folder}/${name}.ts`, text] as const,
  );
  return check(Object.fromEntries(files)).violations;
}

function run(...args: readonly string[]) {
  const { status, stdout } = spawnSync(process.execPath, [script, ...args], { encoding: "utf8" });
  return { status, violations: stdout.split("\n").filter((line) => line !== "") };
}

test("the repository keeps its layout", () => {
  expect(run()).toEqual({ status: 0, violations: [] });
});

test("a tree that keeps it has no violation", () => {
  const files = {
    "mapping.json": "{}",
    "shared/a.ts": 'import * as v from "valibot";\nexport { b } from "./b.ts";',
    "shared/b.ts": 'export const b = new Date("2027-01-01T00:00:00Z");',
    "worker/index.ts":
      'import mapping from "../mapping.json";\nimport { b } from "../shared/b.ts";',
    "origin-verifier/main.ts": 'import { b } from "../shared/b.ts";\nimport tls from "node:tls";',
    "cli/main.ts": 'import "../origin-verifier/main.ts";\nimport { Command } from "commander";',
    "test/a.test.ts": 'import "../cli/main.ts";\nimport "../worker/index.ts";',
    "bench/a.ts": 'import "../cli/main.ts";',
    "scripts/a.ts": 'import "../shared/a.ts";',
    "vitest.config.ts": 'import "vitest/config";',
    "worker/node_modules/x/index.js": 'import "../../../cli/main.ts";',
    "dist/cli/main.js": 'import "../test/a.test.js";',
  };
  expect(check(files)).toEqual({ status: 0, violations: [] });
});

describe("the direction of imports", () => {
  test("never goes the wrong way", () => {
    const wrong = [
      ["shared", "worker"],
      ["shared", "origin-verifier"],
      ["shared", "cli"],
      ["worker", "origin-verifier"],
      ["worker", "cli"],
      ["origin-verifier", "worker"],
      ["origin-verifier", "cli"],
      ["cli", "worker"],
      ["cli", "test"],
      ["cli", "bench"],
      ["cli", "examples"],
      ["scripts", "cli"],
      ["examples", "test"],
      ["worker", "dist"],
      ["worker", "scripts"],
    ];
    const files = wrong.map(([from, to]) => [`${from}/to-${to}.ts`, `\nimport "../${to}/b.ts";`]);
    expect(check(Object.fromEntries(files)).violations).toEqual(
      wrong.map(([from, to]) => `${from}/to-${to}.ts:2: ${from}/ may not import ${to}/`).toSorted(),
    );
  });

  test("counts every form of an import", () => {
    const texts = {
      "a type": 'import type { B } from "../cli/b.ts";',
      "one type among others": 'import { a, type B } from "../cli/b.ts";',
      everything: 'import * as b from "../cli/b.ts";',
      "for its effects": 'import "../cli/b.ts";',
      "over several lines": 'import {\n  a,\n  b,\n} from "../cli/b.ts";',
      "by handing it on": 'export { a } from "../cli/b.ts";',
      "by handing all of it on": 'export * from "../cli/b.ts";',
      "by handing all of it on, named": 'export * as b from "../cli/b.ts";',
      later: 'const b = await import("../cli/b.ts");',
      "later, in a template": "const b = await import(`../cli/b.ts`);",
      "later, within a template": 'const b = `${await import("../cli/b.ts")}`;',
      "in a type": 'type B = import("../cli/b.ts").B;',
      "with attributes": 'import b from "../cli/b.ts" with { type: "json" };',
      "in single quotes": "import b from '../cli/b.ts';",
      "by require": 'const b = require("../cli/b.ts");',
      "after a comment's end": '/* a */ import b from "../cli/b.ts";',
      "after a string that opens a comment": 'const a = "/*"; import b from "../cli/b.ts";',
      "after a pattern that opens a comment": 'const a = /[/*]/; import b from "../cli/b.ts";',
      "after a pattern with a quote": 'const a = /"/; import b from "../cli/b.ts";',
      "with comments inside": 'import /* a */ b // c\n from /* d */ "../cli/b.ts";',
      "from deeper": 'import b from "./../cli/b.ts";',
    };
    expect(checkEach("worker", texts)).toEqual(
      Object.keys(texts)
        .map((name) => `worker/${name}.ts:1: worker/ may not import cli/`)
        .toSorted(),
    );
  });

  test("counts nothing that only looks like one", () => {
    const texts = {
      "a comment": '// import b from "../cli/b.ts";',
      "a block comment": '/**\n * import b from "../cli/b.ts";\n */',
      "a string": "const text = 'import b from \"../cli/b.ts\";';",
      "a template": 'const text = `\nimport b from "../cli/b.ts";\n`;',
      "a template with values": 'const text = `${a}\nimport b from "../cli/b.ts";\n`;',
      "a name like it": 'this.import("../cli/b.ts"); imports("../cli/b.ts");',
    };
    expect(checkEach("worker", texts)).toEqual([]);
  });

  test("is not gone round by the package's own name, nor by a package in a folder of ours", () => {
    const files = {
      "worker/a.ts": 'import "pullproof/cli";\nimport "#cli";\nimport "local-mtls";',
      "cli/local-mtls/index.ts": "",
    };
    expect(check(files, { devDependencies: { "local-mtls": "file:./cli/local-mtls" } })).toEqual({
      status: 1,
      violations: [
        "worker/a.ts:1: import pullproof/cli by its path",
        "worker/a.ts:2: import #cli by its path",
        "worker/a.ts:3: worker/ may not import cli/",
      ],
    });
  });

  test("is not gone round by a computed name", () => {
    const text = 'const name = "../cli/b.ts";\nawait import(name);';
    const reason = ":2: what a computed name imports cannot be checked";
    expect(check({ "worker/a.ts": text, "origin-verifier/a.ts": text, "cli/a.ts": text })).toEqual({
      status: 1,
      violations: [`origin-verifier/a.ts${reason}`, `worker/a.ts${reason}`],
    });
  });

  test("knows every folder that holds modules", () => {
    const text = 'import "../../cli/b.ts";';
    expect(check({ "lib/deep/a.ts": text, "distant/a.ts": text, "dist/a.ts": text })).toEqual({
      status: 1,
      violations: [
        "distant/a.ts:1: distant/ has no place in the layout",
        "lib/deep/a.ts:1: lib/ has no place in the layout",
      ],
    });
  });

  test("takes data from the root, but no module", () => {
    const files = { "worker/a.ts": 'import "../mapping.json";\nimport "../vitest.config.ts";' };
    expect(check(files).violations).toEqual([
      "worker/a.ts:2: worker/ may not import vitest.config.ts",
    ]);
  });
});

describe("shared/ is pure", () => {
  test("imports nothing but valibot", () => {
    const names = ["node:path", "hono", "valibot-extra", "valibot/deep"];
    expect(check({ "shared/a.ts": names.map((name) => `import "${name}";`).join("\n") })).toEqual({
      status: 1,
      violations: names.map(
        (name, at) => `shared/a.ts:${at + 1}: shared/ imports nothing but valibot, not ${name}`,
      ),
    });
  });

  test("takes no data from the root", () => {
    expect(check({ "shared/a.ts": 'import "../mapping.json";' }).violations).toEqual([
      "shared/a.ts:1: shared/ may not import mapping.json",
    ]);
  });

  test("uses no clock, no chance, nothing outside and no this", () => {
    const uses = [
      ["Date.now()", "Date.now"],
      ["new Date()", "new Date"],
      ["new Date( )", "new Date"],
      ["new Date;", "new Date"],
      ["Date()", "Date("],
      ["Math.random()", "Math.random"],
      ["process.env", "process"],
      ["console.log(1)", "console"],
      ["this.a", "this"],
      ["globalThis.a", "globalThis"],
      ["performance.now()", "performance"],
      ["`${this.a}`", "this"],
    ];
    const text = uses.map(([use]) => `export const a = () => ${use}\n`).join("");
    expect(check({ "shared/a.ts": text, "cli/a.ts": text })).toEqual({
      status: 1,
      violations: uses
        .map(([, found], at) => `shared/a.ts:${at + 1}: shared/ is pure: no ${found}`)
        .toSorted(),
    });
  });

  test("but may name what it may not use", () => {
    const texts = {
      "a comment": "// this process has no clock: Date.now()",
      "a string": 'const a = "this process";',
      "a template": "const a = `this ${b} process`;",
      "a property": "a.process; a.console();",
      "a longer word": "const thistle = processes;",
      "a date that is given": "new Date(text); new Date (0);",
      "a type": "const a = (now: Date): Date => now;",
    };
    expect(checkEach("shared", texts)).toEqual([]);
  });
});

describe("no cycle", () => {
  test("of two, nor of three, nor of one", () => {
    const files = {
      "shared/a.ts": '\nimport "./b.ts";',
      "shared/b.ts": 'import "./c.ts";',
      "shared/c.ts": 'import type { A } from "./a.ts";',
      "cli/one.ts": 'import "./one.ts";',
      "cli/two.ts": 'import "./other.ts";',
      "cli/other.ts": 'import "./two.ts";',
    };
    expect(check(files)).toEqual({
      status: 1,
      violations: [
        "cli/one.ts:1: import cycle: cli/one.ts -> cli/one.ts",
        "cli/two.ts:1: import cycle: cli/other.ts -> cli/two.ts -> cli/other.ts",
        "shared/c.ts:1: import cycle: shared/a.ts -> shared/b.ts -> shared/c.ts -> shared/a.ts",
      ],
    });
  });

  test("is found where two ways lead to one module", () => {
    const files = {
      "cli/a.ts": 'import "./b.ts";\nimport "./c.ts";',
      "cli/b.ts": 'import "./d.ts";',
      "cli/c.ts": 'import "./d.ts";',
      "cli/d.ts": "",
    };
    expect(check(files)).toEqual({ status: 0, violations: [] });
  });
});

describe("the verifier's process holds no code that mints certificates", () => {
  test("not by an import of its own", () => {
    const names = ["@peculiar/x509", "reflect-metadata", "commander", "cloudflare"];
    const text = names.map((name) => `import "${name}";\nimport "${name}/deep";\n`).join("");
    expect(check({ "origin-verifier/deep/a.ts": text, "cli/a.ts": text })).toEqual({
      status: 1,
      violations: names.flatMap((name, at) =>
        [1, 2].map(
          (line) =>
            `origin-verifier/deep/a.ts:${2 * at + line}: the verifier's process may not hold ${name}`,
        ),
      ),
    });
  });

  test("nor through a module of another folder", () => {
    const files = {
      "origin-verifier/a.ts": 'import "../shared/a.ts";',
      "shared/a.ts": 'import "./b.ts";',
      "shared/b.ts": 'import "commander";',
    };
    expect(check(files).violations).toContain(
      "shared/b.ts:1: the verifier's process may not hold commander",
    );
  });

  test("nor through the packages that a package needs, wherever they are installed", () => {
    const files = {
      "origin-verifier/a.ts": 'import "log";',
      "node_modules/log/package.json": '{"dependencies": {"deep": "1", "log": "1", "gone": "1"}}',
      "node_modules/log/node_modules/deep/package.json": '{"peerDependencies": {"flat": "1"}}',
      "node_modules/deep/package.json": "{}",
      "node_modules/flat/package.json": '{"dependencies": {"reflect-metadata": "1"}}',
    };
    expect(check(files)).toEqual({
      status: 1,
      violations: [
        "origin-verifier/a.ts:1: the verifier's process may not hold log -> deep -> flat -> reflect-metadata",
      ],
    });
  });
});
