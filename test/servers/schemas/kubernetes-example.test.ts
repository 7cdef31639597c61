import { globSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { parseAllDocuments } from "yaml";
import { readDefinitions, type Resource, type ResourceProblems } from "./definitions.ts";
import { areToolsMissing } from "./tools.ts";

const FOLDER = resolve(import.meta.dirname, "../../../examples/kubernetes");
const files = globSync("*.yaml", { cwd: FOLDER }).filter((name) => name !== "kustomization.yaml");

function resourcesOf(file: string): readonly Resource[] {
  const text = readFileSync(join(FOLDER, file), "utf8");
  return parseAllDocuments(text).map((document) => document.toJS() as Resource);
}

describe.skipIf(areToolsMissing())("examples/kubernetes, by the definitions of each kind", () => {
  let problemsOf: ResourceProblems;
  beforeAll(async () => {
    problemsOf = await readDefinitions();
  });

  it.each(files)("%s is what Kubernetes takes", (file) => {
    const resources = resourcesOf(file);
    expect(resources.length).toBeGreaterThan(0);
    for (const resource of resources)
      expect(problemsOf(resource), `${resource.kind} ${resource.metadata.name}`).toEqual([]);
  });

  it("a slip of the pen in the deployment is seen", () => {
    const [deployment] = resourcesOf("deployment.yaml");
    const slipped = (from: string, to: string): Resource =>
      JSON.parse(JSON.stringify(deployment).replace(from, to)) as Resource;
    for (const [from, to] of [
      ['"readinessProbe"', '"readyProbe"'],
      ['"readOnlyRootFilesystem":true', '"readOnlyRootFilesystem":"yes"'],
      ['"runAsNonRoot"', '"runasNonRoot"'],
      ['"replicas":2', '"replicas":"2"'],
      ['"selector"', '"selectors"'],
    ] as const)
      expect(problemsOf(slipped(from, to)), `${from} as ${to}`).not.toEqual([]);
  });
});
