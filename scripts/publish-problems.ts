import type { ReleasedPackage } from "./releases.ts";

const WORKFLOW = ".github/workflows/release.yml";

/** Where something is about to be published, and what. */
export interface Publishing {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly manifest: ReleasedPackage;
  /** What CHANGELOG.md says of the manifest's version; null where nothing. */
  readonly changes: string | null;
}

/**
 * Why this must not be published from here; empty where it may be. A version can never be taken back, so it leaves one place
 * alone: the release workflow, on main, which proves by its identity token what it was built from (npm's provenance).
 */
export function publishProblems({ env, manifest, changes }: Publishing): readonly string[] {
  const problems: string[] = [];
  const { GITHUB_REPOSITORY: repository = "" } = env;
  const expected = `${repository}/${WORKFLOW}@refs/heads/main`;
  if (env["GITHUB_ACTIONS"] !== "true" || repository === "")
    problems.push(
      `this is no run of ${WORKFLOW}: GITHUB_ACTIONS and GITHUB_REPOSITORY are not set`,
    );
  else if (env["GITHUB_WORKFLOW_REF"] !== expected)
    problems.push(`GITHUB_WORKFLOW_REF is ${env["GITHUB_WORKFLOW_REF"]}, not ${expected}`);
  else if (!env["ACTIONS_ID_TOKEN_REQUEST_URL"])
    problems.push("the job has no identity token: it needs `permissions: id-token: write`");
  if (manifest.private === true) problems.push("package.json: private is true");
  const named = repositoryOf(manifest);
  if (named === null)
    problems.push(
      "package.json: repository names no repository on GitHub, and provenance needs it",
    );
  else if (repository !== "" && named !== repository.toLowerCase())
    problems.push(`package.json: repository is ${named}, and this is ${repository}`);
  if (!changes) problems.push(`CHANGELOG.md: nothing is told of ${manifest.version}`);
  return problems;
}

/** `owner/name`, in lower case as GitHub compares them. */
function repositoryOf({ repository }: ReleasedPackage): string | null {
  const url = typeof repository === "string" ? repository : repository?.url;
  const found = /^(?:git\+)?https:\/\/github\.com\/([\w.-]+\/[\w.-]+?)(?:\.git)?$/.exec(url ?? "");
  return found?.[1]?.toLowerCase() ?? null;
}
