import { assert, property } from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import type { RenderFacts } from "../../../cli/render/facts.ts";
import { GATEWAY_API } from "../../../cli/render/gateway-api/gateway-api.ts";
import type { Hostname } from "../../../shared/hostname.ts";
import { anyFacts } from "../../render/any-facts.ts";
import { PLAIN } from "../../render/made-up-facts.ts";
import { readDefinitions, type Resource, type ResourceProblems } from "./definitions.ts";
import { documentsOf } from "./documents.ts";
import { areToolsMissing } from "./tools.ts";

const PRUDENT: RenderFacts = { ...PLAIN, anyOfIssuer: true };

function resourcesOf(facts: RenderFacts): readonly Resource[] | null {
  return documentsOf(GATEWAY_API, facts) as readonly Resource[] | null;
}

function rendered(kind: string): Resource {
  const found = resourcesOf(PRUDENT)?.find((one) => one.kind === kind);
  if (found === undefined) throw new Error(`no ${kind}`);
  return found;
}

describe.skipIf(areToolsMissing())("Gateway API and cert-manager, by their own definitions", () => {
  let problemsOf: ResourceProblems;
  beforeAll(async () => {
    problemsOf = await readDefinitions();
  });

  it("is not what it is with a field that nobody knows, with one missing, or with a wrong one", () => {
    const gateway = rendered("Gateway");
    const { gatewayClassName: _, ...rest } = gateway.spec;
    const validation = { mode: "AllowAll", caCertificateRefs: [] };
    const damaged: Readonly<Record<string, Resource>> = {
      "/spec/frontend: unknown": { ...gateway, spec: { ...gateway.spec, frontend: {} } },
      "/spec: required": { ...gateway, spec: rest },
      "no definition of Gate": { ...gateway, kind: "Gate" },
      "/spec/tls/frontend/default/validation/caCertificateRefs: minItems": {
        ...gateway,
        spec: { ...gateway.spec, tls: { frontend: { default: { validation } } } },
      },
    };
    for (const [problem, resource] of Object.entries(damaged))
      expect(problemsOf(resource)).toContain(problem);
  });

  it("has a definition with the field that asks for certificates", () => {
    const { spec } = rendered("Gateway");
    expect(spec["tls"]).toMatchObject({
      frontend: { default: { validation: { mode: "AllowValidOnly" } } },
    });
    expect(problemsOf(rendered("Gateway"))).toEqual([]);
  });

  it("is what Kubernetes takes, whatever the mapping, with a name for everything that is named", () => {
    const one = { reportUntil: null, hostnames: ["shop.example.com" as Hostname] } as const;
    let count = 0;
    assert(
      property(anyFacts(one), (facts) => {
        const resources = resourcesOf(facts);
        if (resources === null) return;
        count += 1;
        expect(resources.flatMap(problemsOf)).toEqual([]);
        const names = resources.map(({ kind, metadata }) => `${kind} ${metadata.name}`);
        expect(new Set(names).size).toBe(names.length);
        for (const { metadata } of resources) expect(metadata.name).toMatch(/^[a-z0-9-]{1,63}$/);
        const text = JSON.stringify(resources);
        for (const [, name] of text.matchAll(/"kind":"ConfigMap","name":"([^"]+)"/g))
          expect(names).toContain(`ConfigMap ${name}`);
        for (const [, name] of text.matchAll(/"parentRefs":\[\{"name":"([^"]+)"/g))
          expect(names).toContain(`Gateway ${name}`);
      }),
      { numRuns: 200 },
    );
    expect(count).toBeGreaterThan(150);
  });
});
