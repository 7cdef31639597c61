import { assert, property } from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import type { RenderFacts } from "../../../cli/render/facts.ts";
import { GATEWAY_API } from "../../../cli/render/gateway-api/gateway-api.ts";
import type { Hostname } from "../../../shared/hostname.ts";
import { anyFacts } from "../../render/any-facts.ts";
import { PLAIN } from "../../render/made-up-facts.ts";
import { documentsOf } from "./documents.ts";
import { areToolsMissing, importTool } from "./tools.ts";
import { unreadFields } from "./unread-fields.ts";

/** Compiled from the custom resource definitions themselves. */
interface Validator {
  (value: unknown): boolean;
  errors?: readonly { readonly instancePath: string; readonly keyword: string }[] | null;
}

/** Where each kind's schema lies; the folder says whose it is. */
const SCHEMAS: Readonly<Record<string, string>> = {
  "v1 ConfigMap": "kubernetes-models/_schemas/IoK8sApiCoreV1ConfigMap.js",
  "cert-manager.io/v1 Certificate":
    "@kubernetes-models/cert-manager/_schemas/ComGithubCertManagerCertManagerPkgApisCertmanagerV1Certificate.js",
  "gateway.networking.k8s.io/v1 Gateway":
    "@kubernetes-models/gateway-api/_schemas/IoK8sSigsGatewayApiApisV1Gateway.js",
  "gateway.networking.k8s.io/v1 HTTPRoute":
    "@kubernetes-models/gateway-api/_schemas/IoK8sSigsGatewayApiApisV1HTTPRoute.js",
};

interface Resource {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec: Record<string, unknown>;
}

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
  const validators = new Map<string, Validator>();
  beforeAll(async () => {
    for (const [kind, path] of Object.entries(SCHEMAS)) {
      const { validate } = (await importTool(path)) as { readonly validate: Validator };
      validators.set(kind, validate);
    }
  });
  const problemsOf = (resource: Resource): readonly string[] => {
    const validate = validators.get(`${resource.apiVersion} ${resource.kind}`);
    if (validate === undefined) return [`no definition of ${resource.kind}`];
    const unread = unreadFields(resource, validate).map((path) => `${path}: unknown`);
    validate(resource);
    return [
      ...unread,
      ...(validate.errors ?? []).map(({ instancePath, keyword }) => `${instancePath}: ${keyword}`),
    ];
  };

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
