import { assert, property } from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import type { RenderFacts } from "../../../cli/render/facts.ts";
import { TRAEFIK } from "../../../cli/render/traefik/traefik.ts";
import type { Hostname } from "../../../shared/hostname.ts";
import { anyFacts } from "../../render/any-facts.ts";
import { listed, PLAIN } from "../../render/made-up-facts.ts";
import { documentsOf } from "./documents.ts";
import { DYNAMIC } from "./traefik-shape.ts";
import { areToolsMissing, importTool, requireTool } from "./tools.ts";
import { unreadFields } from "./unread-fields.ts";

interface Validator {
  (value: unknown): boolean;
  errors?: readonly { readonly instancePath: string; readonly message?: string }[] | null;
}

interface Dynamic {
  tls: { options: Record<string, Record<string, unknown>>; certificates: unknown[] };
  http: {
    routers: Record<string, Record<string, unknown>>;
    middlewares: Record<string, { headers: Record<string, unknown> }>;
    services: Record<string, Record<string, unknown>>;
  };
}

const SCHEMAS = "@kubernetes-models/traefik/_schemas/ComGithubTraefikTraefikV3Pkg";

async function load(name: string): Promise<Validator> {
  const loaded = await importTool(`${SCHEMAS}${name}.js`);
  return (loaded as { readonly validate: Validator }).validate;
}

function told(validate: Validator, value: unknown): readonly string[] {
  validate(value);
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

function dynamicOf(facts: RenderFacts): Dynamic | null {
  const documents = documentsOf(TRAEFIK, facts);
  return documents === null ? null : (documents[0] as Dynamic);
}

const DAMAGES: Readonly<Record<string, (dynamic: Dynamic) => void>> = {
  "a field that nobody knows": ({ http }) =>
    (http.routers["pullproof-0"] = { ...http.routers["pullproof-0"], rules: "Host(`a`)" }),
  "a router without a rule": ({ http }) => delete http.routers["pullproof-0"]?.["rule"],
  "a middleware that is not there": ({ http }) => delete http.middlewares["pullproof-0"],
  "options that are not there": ({ tls }) => delete tls.options["pullproof-0"],
  "another word for asking": ({ tls }) =>
    ((tls.options["pullproof-0"] ?? {})["clientAuth"] = {
      caFiles: ["a"],
      clientAuthType: "RequireAndVerify",
    }),
  "a header that is no text": ({ http }) =>
    ((http.middlewares["pullproof-0"] ?? { headers: {} }).headers["customRequestHeaders"] = {
      host: 1,
    }),
  "a field of the headers that nobody knows": ({ http }) =>
    ((http.middlewares["pullproof-0"] ?? { headers: {} }).headers["removeHeaders"] = ["a"]),
  "a field of the options that nobody knows": ({ tls }) =>
    ((tls.options["pullproof-0"] ?? {})["sessionTickets"] = false),
};

describe.skipIf(areToolsMissing())("traefik, by what its own sources say", () => {
  let shape: Validator;
  /** Generated from Traefik's own structures: the headers are the file provider's, word for word. */
  let headers: Validator;
  let tlsOption: Validator;
  beforeAll(async () => {
    const Ajv = requireTool("ajv") as new (options: object) => {
      compile: (schema: object) => Validator;
    };
    shape = new Ajv({ allErrors: true }).compile(DYNAMIC);
    headers = await load("ConfigDynamicHeaders");
    tlsOption = await load("ProviderKubernetesCrdTraefikioV1alpha1TLSOption");
  });

  const problemsOf = (dynamic: Dynamic): readonly string[] => [
    ...told(shape, dynamic),
    ...Object.values(dynamic.http.middlewares).flatMap((middleware) => [
      ...told(headers, middleware.headers),
      ...unreadFields(middleware.headers, headers).map((path) => `${path} is unknown`),
    ]),
    // The resource has the CAs in Secrets; all else of the options is the same.
    ...Object.values(dynamic.tls.options).flatMap(({ clientAuth, ...rest }) => {
      const { caFiles: _, ...others } = clientAuth as Record<string, unknown>;
      const resource = {
        apiVersion: "traefik.io/v1alpha1",
        kind: "TLSOption",
        metadata: { name: "a" },
        spec: { ...rest, clientAuth: others },
      };
      return [
        ...told(tlsOption, resource),
        ...unreadFields(resource, tlsOption).map((path) => `${path} is unknown`),
      ];
    }),
    ...danglingNames(dynamic),
  ];
  it.each(Object.entries(DAMAGES))("is not what it is with %s", (_, damage) => {
    const dynamic = dynamicOf(PLAIN) as Dynamic;
    damage(dynamic);
    expect(problemsOf(dynamic).length).toBeGreaterThan(0);
  });

  it("is what Traefik reads, whatever the mapping", () => {
    const one = {
      reportUntil: null,
      hostnames: ["shop.example.com" as Hostname],
      accepts: { by: "list", certificates: [listed("a"), listed("b")] },
      application: { by: "tcp", host: "::1", port: 3000 },
    } as const;
    let count = 0;
    assert(
      property(anyFacts(one), (facts) => {
        const dynamic = dynamicOf(facts);
        if (dynamic === null) return;
        count += 1;
        expect(problemsOf(dynamic)).toEqual([]);
        expect(Object.keys(dynamic.http.routers)).toHaveLength(facts.origins.length);
      }),
      { numRuns: 200 },
    );
    expect(count).toBeGreaterThan(150);
  });
});

/** Names that stand for nothing: Traefik leaves such a router out, and says so in its log alone. */
function danglingNames({ http, tls }: Dynamic): readonly string[] {
  return Object.values(http.routers).flatMap((router) => {
    const {
      service,
      middlewares,
      tls: used,
    } = router as {
      readonly service: string;
      readonly middlewares: readonly string[];
      readonly tls: { readonly options: string };
    };
    return [
      ...(service in http.services ? [] : [`no service ${service}`]),
      ...middlewares.filter((name) => !(name in http.middlewares)).map((name) => `no ${name}`),
      ...(used.options in tls.options ? [] : [`no options ${used.options}`]),
    ];
  });
}
