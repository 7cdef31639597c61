import { execFile } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { bundle } from "../support/bundle.ts";
import { skipUnless } from "../support/loud-skip.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const FOLDER = join(ROOT, ".github/workflows");
const PARSER = join(ROOT, "test/tools/node_modules/@actions/workflow-parser");

interface Step {
  readonly id?: string;
  readonly uses?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly run?: string;
}

interface Job {
  readonly needs?: string | readonly string[];
  readonly permissions?: Readonly<Record<string, string>>;
  readonly "timeout-minutes"?: number;
  readonly environment?: string;
  readonly uses?: string;
  readonly steps?: readonly Step[];
}

interface Workflow {
  readonly permissions?: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, Job>>;
}

const names = readdirSync(FOLDER).toSorted();
const text = (name: string): string => readFileSync(join(FOLDER, name), "utf8");
const workflow = (name: string): Workflow => parse(text(name)) as Workflow;
const stepsOf = (name: string): readonly Step[] =>
  Object.values(workflow(name).jobs).flatMap(({ steps = [] }) => steps);
const release = workflow("release.yml").jobs;

it("there are two workflows, and CI's is what is run everywhere", () => {
  expect(names).toEqual(["ci.yml", "release.yml"]);
  expect(stepsOf("ci.yml").map(({ run }) => run)).toContain("bash .ci/run");
  expect(release["test"]?.uses).toBe("./.github/workflows/ci.yml");
});

describe.each(names)("%s", (name) => {
  it("takes other people's actions as they were on one day, by commit, and says which version that is", () => {
    const used = [...text(name).matchAll(/uses: (.*)$/gm)].map(([, action = ""]) => action);
    expect(used.length).toBeGreaterThan(0);
    expect(
      used.filter(
        (action) => !/^(?:\.\/[\w./-]+|[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+)$/.test(action),
      ),
    ).toEqual([]);
  });

  it("may nothing by default but read, leaves no token in the checkout, and reads no secret", () => {
    const may = Object.entries(workflow(name).permissions ?? { all: "write" });
    expect(may.filter(([what, how]) => what !== "contents" || how !== "read")).toEqual([]);
    const checkouts = stepsOf(name).filter(({ uses }) => uses?.startsWith("actions/checkout@"));
    expect(checkouts.length).toBeGreaterThan(0);
    for (const checkout of checkouts) expect(checkout.with?.["persist-credentials"]).toBe(false);
    expect(text(name)).not.toMatch(/secrets\b|pull_request_target|workflow_run/);
  });

  it("puts nothing into a script that others wrote, and keeps nothing between runs", () => {
    for (const { run = "" } of stepsOf(name)) expect(run).not.toContain("${{");
    const setups = stepsOf(name).filter(({ uses }) => uses?.startsWith("actions/setup-node@"));
    for (const { with: options } of setups)
      expect(options).toEqual({ "node-version": 24, "package-manager-cache": false });
    expect(text(name)).not.toContain("actions/cache");
  });

  it("ends by itself", () => {
    const endless = Object.values(workflow(name).jobs).filter(
      ({ uses, "timeout-minutes": minutes }) => uses === undefined && minutes === undefined,
    );
    expect(endless).toEqual([]);
  });
});

describe("the release", () => {
  it("gives each job what it needs alone, and the identity token to one", () => {
    const may = Object.entries(release).map(([job, { permissions }]) => [job, permissions]);
    expect(Object.fromEntries(may)).toEqual({
      mode: { contents: "read" },
      version: { contents: "write", "pull-requests": "write" },
      test: { contents: "read" },
      pack: { contents: "read" },
      publish: { contents: "read", "id-token": "write" },
      tag: { contents: "write" },
    });
  });

  it("publishes what was tested and packed elsewhere, and installs nothing where the token is", () => {
    const { needs, environment, steps = [] } = release["publish"] ?? {};
    expect(needs).toEqual(["test", "pack"]);
    expect(environment).toBe("npm");
    const runs = steps.flatMap(({ run }) => (run === undefined ? [] : [run]));
    expect(runs).toEqual([
      "node scripts/may-publish.ts",
      "npm publish ./packed/*.tgz --ignore-scripts",
    ]);
  });

  it("installs by the lockfile alone", () => {
    const installs = stepsOf("release.yml").flatMap(({ run = "" }) =>
      run.split("\n").filter((line) => /\bnpm (?:ci|i|install|add)\b|\bnpx\b/.test(line)),
    );
    expect(installs.length).toBeGreaterThan(0);
    expect(installs.filter((line) => !line.startsWith("npm ci "))).toEqual([]);
  });
});

describe("what is to be done on main", () => {
  let folder: string;
  const script = (release["mode"]?.steps ?? []).find(({ id }) => id === "mode")?.run ?? "exit 9";
  const sh = async (
    commands: string,
    env: Readonly<Record<string, string>> = {},
  ): Promise<void> => {
    // As GitHub runs a step.
    const args = ["--noprofile", "--norc", "-eo", "pipefail", "-c", commands];
    const PATH = process.env["PATH"];
    await promisify(execFile)("bash", args, { cwd: folder, env: { PATH, HOME: folder, ...env } });
  };
  const mode = async (): Promise<string> => {
    const GITHUB_OUTPUT = join(folder, "output");
    rmSync(GITHUB_OUTPUT, { force: true });
    await sh(script, { GITHUB_OUTPUT });
    return readFileSync(GITHUB_OUTPUT, "utf8").trim();
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "pullproof-mode-"));
    mkdirSync(join(folder, ".changeset"));
    writeFileSync(join(folder, "package.json"), '{ "version": "0.1.0" }');
    await sh(
      "git init -q && git -c user.name=a -c user.email=a@example.com commit -q --allow-empty -m a",
    );
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it("is a version while there are changesets, to publish it once there are none, and then nothing", async () => {
    const changeset = join(folder, ".changeset/one.md");
    writeFileSync(changeset, "");
    expect(await mode()).toBe("mode=version");
    rmSync(changeset);
    expect(await mode()).toBe("mode=publish");
    // Another version's tag says nothing of this one.
    await sh("git tag v0.1.00 && git tag 0.1.0");
    expect(await mode()).toBe("mode=publish");
    await sh("git tag v0.1.0");
    expect(await mode()).toBe("mode=none");
    writeFileSync(changeset, "");
    expect(await mode()).toBe("mode=version");
  });
});

/** What this file uses of GitHub's own parser. */
interface Parser {
  readonly NoOperationTraceWriter: new () => object;
  readonly parseWorkflow: (
    file: { readonly name: string; readonly content: string },
    trace: object,
  ) => {
    readonly context: { readonly errors: { readonly getErrors: () => readonly Error[] } };
    readonly value?: object;
  };
  readonly convertWorkflowTemplate: (
    context: object,
    value: object | undefined,
  ) => Promise<{ readonly errors?: readonly { readonly Message: string }[] }>;
}

describe.skipIf(
  skipUnless(
    existsSync(PARSER),
    "@actions/workflow-parser: (cd test/tools && npm ci --ignore-scripts)",
  ),
)("GitHub's own parser", () => {
  let parser: Parser;
  beforeAll(async () => {
    // It imports JSON in a way that Node refuses, and bundlers take.
    const { text: module } = await bundle(PARSER, "dist/index.js", "all of it");
    const url = `data:text/javascript;base64,${Buffer.from(module).toString("base64")}`;
    parser = (await import(url)) as Parser;
  });

  const complaints = async (name: string, content: string): Promise<readonly string[]> => {
    const { context, value } = parser.parseWorkflow(
      { name, content },
      new parser.NoOperationTraceWriter(),
    );
    const { errors = [] } = await parser.convertWorkflowTemplate(context, value);
    const parsed = context.errors.getErrors().map(({ message }) => message);
    return [...new Set([...parsed, ...errors.map(({ Message }) => Message)])];
  };

  it.each([
    ["a key that is none", "timeout-minutes: 5\n    permissions", "timeout: 5\n    permissions"],
    ["a permission that is none", "id-token: write", "id-token: all"],
    ["an expression that is none", "needs.mode.outputs.mode ==", "needs.mode.outputs.mode ="],
    ["a job that is not there", "needs: [test, pack]", "needs: [test, packs]"],
  ])("sees %s", async (_, right, wrong) => {
    const content = text("release.yml");
    expect(content).toContain(right);
    expect(await complaints("release.yml", content.replace(right, wrong))).not.toEqual([]);
  });

  it.each(names)("finds nothing in %s", async (name) => {
    expect(await complaints(name, text(name))).toEqual([]);
  });
});
