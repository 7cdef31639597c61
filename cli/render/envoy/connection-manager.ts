import { isWildcard } from "../../../shared/hostname.ts";
import type { OriginFacts } from "../facts.ts";
import { knownNames } from "../known-names.ts";
import { excludedHostnames, hostPattern, namedHostnames, onlyHostname } from "../patterns.ts";

/** The beginning of the names of Envoy's types. */
export const TYPES = "type.googleapis.com/envoy";

/** What reads the requests of one origin. */
export function connectionManager(origin: OriginFacts, at: number): object {
  const { originHostname } = origin;
  const everything = { match: { prefix: "/" } };
  return {
    name: "envoy.filters.network.http_connection_manager",
    typed_config: {
      "@type": `${TYPES}.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager`,
      stat_prefix: `pullproof_${at}`,
      codec_type: "HTTP1",
      request_headers_timeout: "10s",
      stream_idle_timeout: "60s",
      common_http_protocol_options: {
        idle_timeout: "20s",
        max_connection_duration: "300s",
        max_headers_count: 128,
        headers_with_underscores_action: "DROP_HEADER",
      },
      max_request_headers_kb: 16,
      // The Worker's word of the visitor stands: nobody else comes so far.
      use_remote_address: false,
      skip_xff_append: true,
      forward_client_cert_details: "SANITIZE",
      upgrade_configs: [{ upgrade_type: "websocket" }],
      route_config: {
        virtual_hosts: [
          {
            name: originHostname,
            domains: [originHostname, `${originHostname}:*`],
            routes: routes(origin, at),
          },
          {
            name: "misdirected",
            domains: ["*"],
            routes: [{ ...everything, direct_response: { status: 421 } }],
          },
        ],
      },
      http_filters: [
        {
          name: "envoy.filters.http.router",
          typed_config: { "@type": `${TYPES}.extensions.filters.http.router.v3.Router` },
        },
      ],
    },
  };
}

function routes(origin: OriginFacts, at: number): readonly object[] {
  const { authority, accepts } = origin;
  const only = onlyHostname(origin);
  const hostname = only ?? "%REQ(X-FORWARDED-HOST)%";
  const ours: Readonly<Record<string, string>> = {
    "X-Forwarded-Host": hostname,
    "X-Pull-Hostname": hostname,
    "X-Pull-Verdict": "accepted",
    "X-Pull-Fingerprint": "sha256:%DOWNSTREAM_PEER_FINGERPRINT_256%",
    // The one certificate there is; of several, only the fingerprint tells.
    ...(accepts.by === "list" && accepts.certificates.length === 1
      ? { "Client-Cert": `:${accepts.certificates[0].der}:` }
      : {}),
  };
  const written = new Set(Object.keys(ours).map((name) => name.toLowerCase()));
  const route = (match: object): object => ({
    match: { prefix: "/", ...match },
    route: { cluster: `pullproof_${at}`, host_rewrite_literal: authority, timeout: "0s" },
    request_headers_to_remove: knownNames().filter((name) => !written.has(name)),
    request_headers_to_add: Object.entries(ours).map(([key, value]) => ({
      header: { key, value },
      append_action: "OVERWRITE_IF_EXISTS_OR_ADD",
    })),
    response_headers_to_remove: ["pull-refusal"],
  });
  if (only !== null) return [route({})];
  const misdirected = { direct_response: { status: 421 } };
  return [
    ...excludedHostnames(origin).map((name) => ({
      match: { prefix: "/", ...asked(hostPattern(name)) },
      ...misdirected,
    })),
    ...namedHostnames(origin)
      .toSorted((a, b) => Number(isWildcard(a)) - Number(isWildcard(b)))
      .map((name) => route(asked(hostPattern(name)))),
    { match: { prefix: "/" }, ...misdirected },
  ];
}

function asked(regex: string): object {
  return { headers: [{ name: "x-forwarded-host", string_match: { safe_regex: { regex } } }] };
}
