import { documents } from "../documents.ts";
import type { OriginFacts, RenderFacts } from "../facts.ts";
import { onlyHostname } from "../patterns.ts";
import { knownNames } from "../known-names.ts";
import { pemOf } from "../pem-of.ts";
import { rendered, type Rendering, type Shortcoming, type Target } from "../rendering.ts";
import { anyOfIssuer, noReportMode, oneHostname, untriedOf } from "../unmeasured.ts";
import { resourceName } from "./resource-name.ts";

/** Kubernetes Gateway API 1.5 (or 1.4, experimental channel), with cert-manager for the origin certificates. */
export const GATEWAY_API: Target = {
  name: "gateway-api",
  about: "Kubernetes Gateway API 1.5 and cert-manager (not run by our tests)",
  isMeasured: false,
  handling: {
    use: "kubectl apply -f gateway.yaml, after gatewayClassName, issuerRef and backendRefs were made yours. A Gateway for each origin hostname, since a port has one set of CAs.",
    check: "kubectl apply --dry-run=server -f gateway.yaml",
    reload: "kubectl apply; the controller does the rest",
  },
  shortcomings: () => SHORTCOMINGS,
  get untried() {
    return untriedOf(SHORTCOMINGS, WRITTEN);
  },
  render,
};

const SHORTCOMINGS: readonly Shortcoming[] = [
  {
    promises: ["P12", "P13", "P19"],
    why: "It knows issuers alone: every certificate of the issuer pulls. An issuer that signs for one entry and nothing else makes up for it.",
  },
  {
    promises: ["P8", "P9", "P10"],
    why: "What a certificate must be is the controller's own affair.",
  },
  { promises: ["P17", "P22"], why: "There are no revocation lists in it." },
  {
    promises: ["P1", "P2", "P6", "P20", "P21", "P23"],
    why: "Sessions, versions, suites and live connections are the controller's own affair.",
  },
  {
    promises: ["P29", "P32"],
    why: "Refusals are the controller's own: no status, and no id.",
  },
  {
    promises: ["P50", "P51"],
    why: "It takes headers away by their whole name alone, and cannot tell which certificate pulled: no fingerprint is told.",
  },
  { promises: ["P33"], why: "No log is rendered." },
  {
    promises: ["P40"],
    why: "It has no rule that holds Host against SNI: whether a connection under one name may ask for another is the controller's own affair, and the application must refuse every Host but its own.",
  },
  { promises: ["P63"], why: "An open WebSocket is judged once, in its handshake." },
  { promises: ["P64"], why: "Nothing is taken from the application's answers." },
  {
    promises: ["P70", "P71", "P72", "P73"],
    why: "Report mode is not rendered: nothing would end it.",
  },
];

/** What is written for the other promises, by their numbers. */
const WRITTEN: Readonly<Record<string, string>> = {
  P7: "A listener has one hostname.",
  "P11 P16": "AllowValidOnly, with the issuer's certificates and no others.",
  P65: "There is one hostname, and it is written.",
};

function render(facts: RenderFacts): Rendering {
  const problems = [
    ...noReportMode(facts, "The Gateway API"),
    ...oneHostname(facts, "The Gateway API"),
    ...anyOfIssuer(facts, "The Gateway API"),
  ];
  return rendered(problems, () => {
    const values = facts.origins.flatMap((origin) => resources(origin, facts));
    return [{ name: "gateway.yaml", text: documents(GATEWAY_API, facts, values) }];
  });
}

function resources(origin: OriginFacts, { listen }: RenderFacts): readonly object[] {
  const { originHostname, issuer, application } = origin;
  const name = resourceName(originHostname);
  const hostname = onlyHostname(origin) ?? "";
  const metadata = { name };
  return [
    {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: `${name}-issuer` },
      data: { "ca.crt": issuer.ders.map(pemOf).join("") },
    },
    {
      apiVersion: "cert-manager.io/v1",
      kind: "Certificate",
      metadata,
      spec: {
        secretName: `${name}-tls`,
        dnsNames: [originHostname],
        privateKey: { algorithm: "ECDSA", size: 256, rotationPolicy: "Always" },
        usages: ["digital signature", "server auth"],
        issuerRef: { group: "cert-manager.io", kind: "ClusterIssuer", name: "origins" },
      },
    },
    {
      apiVersion: "gateway.networking.k8s.io/v1",
      kind: "Gateway",
      metadata,
      spec: {
        gatewayClassName: "pullproof",
        listeners: [
          {
            name: "pulls",
            hostname: originHostname,
            port: listen.port,
            protocol: "HTTPS",
            tls: { mode: "Terminate", certificateRefs: [{ kind: "Secret", name: `${name}-tls` }] },
            allowedRoutes: { namespaces: { from: "Same" } },
          },
        ],
        tls: {
          frontend: {
            default: {
              validation: {
                mode: "AllowValidOnly",
                caCertificateRefs: [{ group: "", kind: "ConfigMap", name: `${name}-issuer` }],
              },
            },
          },
        },
      },
    },
    {
      apiVersion: "gateway.networking.k8s.io/v1",
      kind: "HTTPRoute",
      metadata,
      spec: {
        parentRefs: [{ name, sectionName: "pulls" }],
        hostnames: [originHostname],
        rules: [
          {
            filters: [...headerFilters(hostname)],
            backendRefs: [
              { name: "application", port: application.by === "tcp" ? application.port : 80 },
            ],
          },
        ],
      },
    },
  ];
}

/** A filter takes away no more than 16 names, and there are no more than 16 filters. */
const MOST = 16;

function headerFilters(hostname: string): readonly object[] {
  const type = "RequestHeaderModifier";
  const set = [
    { name: "X-Forwarded-Host", value: hostname },
    { name: "X-Pull-Hostname", value: hostname },
    { name: "X-Pull-Verdict", value: "accepted" },
  ];
  const written = set.map(({ name }) => name.toLowerCase());
  // One filter of a kind is all that every controller has to know: the first names are those that matter most.
  const first = [
    "x-pull-fingerprint",
    "client-cert",
    "client-cert-chain",
    "x-client-cert",
    "x-forwarded-client-cert",
    "cf-access-jwt-assertion",
  ];
  const remove = [...new Set([...first, ...knownNames()])].filter(
    (name) => !written.includes(name),
  );
  return [{ type, requestHeaderModifier: { set, remove: remove.slice(0, MOST) } }];
}
