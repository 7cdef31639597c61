/*
 * The part of Traefik's dynamic configuration that is rendered, as a closed schema of our own: its file provider refuses
 * what it does not know. On 2026-11-22 what is rendered for PLAIN (test/render/made-up-facts.ts) and for 42 made-up mappings was held
 * against SchemaStore's traefik-v3-file-provider.json (of 2026-08-07) as well, by hand: that schema is in no package.
 */

const text = { type: "string", minLength: 1 };
const texts = { type: "array", items: text, minItems: 1 };

function closed(properties: object, optional: readonly string[] = []): object {
  const required = Object.keys(properties).filter((name) => !optional.includes(name));
  return { type: "object", properties, required, additionalProperties: false };
}

function named(each: object): object {
  const names = { type: "string", pattern: "^pullproof-[0-9]+$" };
  return { type: "object", propertyNames: names, additionalProperties: each, minProperties: 1 };
}

const router = closed({
  entryPoints: texts,
  // One exact name: nothing of a rule's own language can stand between the backticks.
  rule: { type: "string", pattern: "^Host\\(`[a-z0-9.-]+`\\)$" },
  service: text,
  middlewares: texts,
  tls: closed({ options: text }),
});

const service = closed({
  loadBalancer: closed({
    passHostHeader: { type: "boolean" },
    servers: {
      type: "array",
      minItems: 1,
      items: closed({
        url: { type: "string", pattern: "^http://(?:[a-z0-9.-]+|\\[[0-9a-f:.]+\\]):[0-9]+$" },
      }),
    },
  }),
});

const options = closed({
  minVersion: { enum: ["VersionTLS12", "VersionTLS13"] },
  cipherSuites: texts,
  sniStrict: { const: true },
  disableSessionTickets: { const: true },
  alpnProtocols: texts,
  clientAuth: closed({ caFiles: texts, clientAuthType: { const: "RequireAndVerifyClientCert" } }),
});

/** JSON Schema, draft 7. */
export const DYNAMIC: object = closed({
  tls: closed({
    certificates: { type: "array", minItems: 1, items: closed({ certFile: text, keyFile: text }) },
    options: named(options),
  }),
  http: closed({
    routers: named(router),
    middlewares: named(closed({ headers: { type: "object" } })),
    services: named(service),
  }),
});
