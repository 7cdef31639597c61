import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { partOf, release, unreleased } from "../scripts/changelog.ts";
import { type Publishing, publishProblems } from "../scripts/publish-problems.ts";

const ROOT = resolve(import.meta.dirname, "..");
const HEAD = "# Changelog\n\nAll of it.\n\n## Unreleased";
const LINES = "### Added\n\n- The second.";
const FIRST = "## 0.1.0\n\nThe first.";

describe("a version of what is unreleased", () => {
  it.each([
    ["where nothing is told", `${HEAD}\n\n${FIRST}\n`, "nothing is told under Unreleased"],
    ["where there is no Unreleased", `# Changelog\n\n${FIRST}\n`, '"## Unreleased"'],
    ["twice", `${HEAD}\n\n${LINES}\n\n## 0.2.0\n\nIt.\n`, "0.2.0 has a part already"],
  ])("cannot be made %s", (_, text, why) => {
    expect(() => release(text, "0.2.0", "A lead.")).toThrow(why);
  });

  it.each([
    ["the first", "", ""],
    ["the next", `\n\n${FIRST}`, `\n\n${FIRST}`],
  ])("is %s, under an empty Unreleased", (_, before, after) => {
    expect(release(`${HEAD}\n\n${LINES}${before}\n`, "0.2.0", "A lead.")).toBe(
      `${HEAD}\n\n## 0.2.0\n\nA lead.\n\n${LINES}${after}\n`,
    );
  });

  it("is found again, and nothing of it elsewhere", () => {
    const text = release(`${HEAD}\n\n${LINES}\n\n${FIRST}\n`, "0.2.0", "A lead.");
    expect(partOf(text, "0.2.0")).toBe(`A lead.\n\n${LINES}`);
    expect(partOf(text, "0.1.0")).toBe("The first.");
    expect(unreleased(text)).toBe("");
    // A dot is a dot, and the end is the end.
    expect(["0x1.0", "0.1", "0.1.0-next"].map((version) => partOf(text, version))).toEqual([
      null,
      null,
      null,
    ]);
  });
});

it("what is unreleased has a changeset that says how large a step it is, and none is about nothing", () => {
  const text = unreleased(readFileSync(join(ROOT, "CHANGELOG.md"), "utf8"));
  const changesets = readdirSync(join(ROOT, ".changeset")).filter((name) => name.endsWith(".md"));
  expect(text).not.toBeNull();
  // Where this fails: `npm run changeset`, or a line under Unreleased in CHANGELOG.md.
  expect({ isTold: text !== "", hasChangeset: changesets.length > 0 }).toEqual({
    isTold: text !== "",
    hasChangeset: text !== "",
  });
});

describe("who may publish", () => {
  const run: Publishing = {
    env: {
      GITHUB_ACTIONS: "true",
      GITHUB_REPOSITORY: "Example/pullproof",
      GITHUB_WORKFLOW_REF: "Example/pullproof/.github/workflows/release.yml@refs/heads/main",
      ACTIONS_ID_TOKEN_REQUEST_URL: "https://token.example/",
    },
    manifest: {
      name: "pullproof",
      version: "0.1.0",
      repository: { url: "git+https://github.com/example/pullproof.git" },
    },
    changes: "The first.",
  };
  const inRun = (env: Publishing["env"]): Publishing => ({ ...run, env: { ...run.env, ...env } });
  const ofPackage = (manifest: object): Publishing => ({
    ...run,
    manifest: { ...run.manifest, ...manifest },
  });

  it.each<[string, Publishing, string]>([
    ["a developer's machine", { ...run, env: {} }, "this is no run of"],
    ["another CI", inRun({ GITHUB_ACTIONS: undefined }), "this is no run of"],
    [
      "another workflow",
      inRun({ GITHUB_WORKFLOW_REF: "Example/pullproof/.github/workflows/ci.yml@refs/heads/main" }),
      "GITHUB_WORKFLOW_REF is",
    ],
    [
      "another branch",
      inRun({ GITHUB_WORKFLOW_REF: `${run.env["GITHUB_WORKFLOW_REF"]}-next` }),
      "GITHUB_WORKFLOW_REF is",
    ],
    [
      "another repository's workflow, called by this one",
      inRun({
        GITHUB_WORKFLOW_REF: "Evil/pullproof/.github/workflows/release.yml@refs/heads/main",
      }),
      "GITHUB_WORKFLOW_REF is",
    ],
    ["a job without identity", inRun({ ACTIONS_ID_TOKEN_REQUEST_URL: "" }), "no identity token"],
    ["a fork", ofPackage({ repository: "https://github.com/somebody/pullproof" }), "repository is"],
    ["a package without a repository", ofPackage({ repository: undefined }), "names no repository"],
    [
      "a package whose repository is elsewhere",
      ofPackage({ repository: { url: "https://example.com/github.com/example/pullproof" } }),
      "names no repository",
    ],
    ["a private package", ofPackage({ private: true }), "private is true"],
    ["a version of which nothing is told", { ...run, changes: null }, "nothing is told of 0.1.0"],
  ])("is not %s", (_, publishing, why) => {
    expect(publishProblems(publishing)).toEqual([expect.stringContaining(why)]);
  });

  it("is the release workflow on main", () => {
    expect(publishProblems(run)).toEqual([]);
  });
});
