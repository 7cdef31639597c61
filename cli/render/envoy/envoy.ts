import { documents } from "../documents.ts";
import type { OriginFacts, RenderFacts } from "../facts.ts";
import { hostPattern } from "../patterns.ts";
import { writable } from "../plain-text.ts";
import { rendered, type Rendering, type Shortcoming, type Target } from "../rendering.ts";
import { SUITES_1_2 } from "../tls-policy.ts";
import { noReportMode, untriedOf } from "../unmeasured.ts";
import { connectionManager, TYPES } from "./connection-manager.ts";

/** Envoy 1.30 or newer, as a bootstrap of its own. */
export const ENVOY: Target = {
  name: "envoy",
  about: "Envoy 1.30 or newer (not run by our tests)",
  isMeasured: false,
  handling: {
    use: "envoy -c envoy.yaml, or its listener and clusters in a bootstrap of yours.",
    check: "envoy --mode validate -c envoy.yaml",
    reload: "start it anew (--restart-epoch), also when a file of an issuer has changed",
  },
  shortcomings: () => SHORTCOMINGS,
  get untried() {
    return untriedOf(SHORTCOMINGS, WRITTEN);
  },
  render,
};

const SHORTCOMINGS: readonly Shortcoming[] = [
  {
    promises: ["P20", "P21", "P22", "P23"],
    why: "A connection is judged once, in its handshake; max_connection_duration ends it after five minutes.",
  },
  {
    promises: ["P29", "P32"],
    why: "Whoever is refused gets an alert, a known peer too: no status, and no id.",
  },
  {
    promises: ["P50"],
    why: "It takes headers away by their whole name alone: of a family (X-SSL-...) the names that are known.",
  },
  { promises: ["P33"], why: "No log of pulls is rendered." },
  { promises: ["P51"], why: "What is said twice of the visitor is not taken away." },
  { promises: ["P63"], why: "An open WebSocket is judged once, in its handshake." },
  {
    promises: ["P70", "P71", "P72", "P73"],
    why: "Report mode is not rendered: nothing would end it.",
  },
];

/** What is written for the other promises, by their numbers. */
const WRITTEN: Readonly<Record<string, string>> = {
  "P1 P2": "Resumption is turned off, with and without state.",
  P6: "Versions, suites and ALPN are named; what may sign is BoringSSL's own.",
  P7: "There is a chain of filters for each name, and none without one.",
  "P8 P9 P10 P19":
    "Nothing that breaks them is listed; of certificates that are issued only the signature, the dates and the names are held.",
  "P11 P16": "The validation context names the issuer of the entry, and no other.",
  "P12 P13": "The SHA-256 of a listed certificate, or an exact name.",
  P17: "The issuer's lists are named.",
  P25: "Handshake, head and idle time are bounded.",
  "P40 P65":
    "Virtual hosts and routes take Host and X-Forwarded-Host, and answer 421 to all others.",
  P48: "WebSockets are the one upgrade.",
  P49: "Heads are bounded.",
  P56: "Host is written anew.",
  P64: "The header is taken from answers.",
};

function render(facts: RenderFacts): Rendering {
  return rendered(noReportMode(facts, "Envoy"), () => {
    const { listen, origins } = facts;
    const bootstrap = {
      static_resources: {
        listeners: [
          {
            name: "pullproof",
            address: { socket_address: { address: listen.host, port_value: listen.port } },
            listener_filters_timeout: "10s",
            listener_filters: [
              {
                name: "envoy.filters.listener.tls_inspector",
                typed_config: {
                  "@type": `${TYPES}.extensions.filters.listener.tls_inspector.v3.TlsInspector`,
                },
              },
            ],
            // No chain without a name: whoever names none of ours is cut off.
            filter_chains: origins.map(filterChain),
          },
        ],
        clusters: origins.map(cluster),
      },
    };
    return [{ name: "envoy.yaml", text: documents(ENVOY, facts, [bootstrap]) }];
  });
}

function filterChain(origin: OriginFacts, at: number): object {
  const { originHostname, certificate, key, issuer, accepts } = origin;
  const files = `origins.${originHostname}`;
  const context = {
    trusted_ca: file(issuer.certificates, `issuers.${issuer.name}.certificates`),
    ...(issuer.crl === null ? {} : { crl: file(issuer.crl, `issuers.${issuer.name}.crl`) }),
    ...(accepts.by === "list"
      ? {
          verify_certificate_hash: accepts.certificates.map(({ fingerprint }) =>
            fingerprint.slice(7),
          ),
        }
      : accepts.names.length === 0
        ? {}
        : {
            // Not `exact`: that takes a wildcard certificate for each of its names.
            match_typed_subject_alt_names: accepts.names.map((name) => ({
              san_type: "DNS",
              matcher: { safe_regex: { regex: hostPattern(name) } },
            })),
          }),
  };
  return {
    name: originHostname,
    filter_chain_match: { server_names: [originHostname] },
    transport_socket_connect_timeout: "10s",
    transport_socket: {
      name: "envoy.transport_sockets.tls",
      typed_config: {
        "@type": `${TYPES}.extensions.transport_sockets.tls.v3.DownstreamTlsContext`,
        require_client_certificate: true,
        disable_stateless_session_resumption: true,
        disable_stateful_session_resumption: true,
        common_tls_context: {
          alpn_protocols: ["http/1.1"],
          tls_params: {
            tls_minimum_protocol_version: "TLSv1_2",
            tls_maximum_protocol_version: "TLSv1_3",
            cipher_suites: SUITES_1_2.split(":"),
          },
          tls_certificates: [
            {
              certificate_chain: file(certificate, `${files}.certificate`),
              private_key: file(key, `${files}.key`),
            },
          ],
          validation_context: context,
        },
      },
    },
    filters: [connectionManager(origin, at)],
  };
}

function file(path: string, place: string): object {
  return { filename: writable(path, place) };
}

function cluster({ application, originHostname }: OriginFacts, at: number): object {
  const address =
    application.by === "unix"
      ? { pipe: { path: writable(application.path, `origins.${originHostname}.application`) } }
      : { socket_address: { address: application.host, port_value: application.port } };
  const name = `pullproof_${at}`;
  return {
    name,
    type:
      application.by === "tcp" && /[a-z]/i.test(application.host) && !application.host.includes(":")
        ? "STRICT_DNS"
        : "STATIC",
    connect_timeout: "5s",
    load_assignment: {
      cluster_name: name,
      endpoints: [{ lb_endpoints: [{ endpoint: { address } }] }],
    },
  };
}
