import type { OriginFacts } from "../facts.ts";
import {
  excludedHostnames,
  hostPattern,
  namedHostnames,
  onlyHostname,
  OPTIONAL_PORT,
} from "../patterns.ts";
import { writable } from "../plain-text.ts";
import { SUITES_1_2_OF_GO } from "../tls-policy.ts";
import { keptHeaders, refusal, removedHeaders, says, when } from "./request-routes.ts";

/** A path in Caddy's JSON: braces would be read as a placeholder, in some fields and versions. */
export function caddyPath(value: string, path: string): string {
  return writable(value, path, /[{}]/, "Caddy");
}

/** Lock one: which certificate is shown under a name, and whose signature a peer must have. */
export function connectionPolicy({ originHostname, issuer, reportUntil }: OriginFacts): object {
  const ca = caddyPath(issuer.certificates, `issuers.${issuer.name}.certificates`);
  return {
    match: { sni: [originHostname] },
    certificate_selection: { any_tag: [originHostname] },
    alpn: ["http/1.1"],
    protocol_min: "tls1.2",
    cipher_suites: SUITES_1_2_OF_GO,
    client_authentication:
      reportUntil === null
        ? { trusted_ca_certs_pem_files: [ca], mode: "require_and_verify" }
        : // Whoever is unknown is let through to be reported.
          { mode: "request" },
  };
}

/** Lock two: what is judged on every request, and handed on. */
export function originRoute(origin: OriginFacts): object {
  const { originHostname, reportUntil } = origin;
  const accepted = acceptedRoutes(origin);
  const reported =
    reportUntil === null
      ? []
      : [
          {
            // Report mode, which closes by itself.
            match: [before(reportUntil)],
            handle: [subroute([...hostnameRoutes(origin), handOn(origin, false)])],
            terminal: true,
          },
        ];
  return {
    match: [
      {
        host: [originHostname],
        ...when(
          says("http.request.tls.server_name", `(?i)^${hostPattern(originHostname)}$`),
          says("http.request.hostport", `(?i)^${hostPattern(originHostname)}[.]?${OPTIONAL_PORT}$`),
        ),
      },
    ],
    handle: [subroute([...accepted, ...reported, refusal(403)])],
    terminal: true,
  };
}

function subroute(routes: readonly object[]): object {
  return { handler: "subroute", routes };
}

function before(time: number): { readonly expression: string } {
  return { expression: `int({time.now.unix}) < ${Math.floor(time / 1_000)}` };
}

/** Each certificate while it is valid: a connection outlives the certificate that opened it. */
function acceptedRoutes(origin: OriginFacts): readonly object[] {
  const { accepts, reportUntil } = origin;
  // In report mode nothing has checked the chain: a listed certificate is known by itself, an issued one is not.
  const matchers =
    accepts.by === "list"
      ? accepts.certificates.map(({ fingerprint, notAfter }) => ({
          ...before(notAfter),
          vars: { "{http.request.tls.client.fingerprint}": [fingerprint.slice("sha256:".length)] },
        }))
      : accepts.names.length === 0
        ? [{ host: [origin.originHostname] }]
        : accepts.names.flatMap((name) =>
            Array.from({ length: MOST_NAMES }, (_, at) => ({
              vars: { [`{http.request.tls.client.san.dns_names.${at}}`]: [name] },
            })),
          );
  if (accepts.by === "issuer" && reportUntil !== null) return [];
  return [
    {
      match: matchers,
      handle: [subroute([...hostnameRoutes(origin), handOn(origin, true)])],
      terminal: true,
    },
  ];
}

/** Of a certificate's DNS names so many are looked at. */
const MOST_NAMES = 8;

/** The Worker says which of several hostnames; anything else is misdirected. */
function hostnameRoutes(origin: OriginFacts): readonly object[] {
  if (onlyHostname(origin) !== null) return [];
  const asked = "http.request.header.X-Forwarded-Host";
  const named = namedHostnames(origin).map(hostPattern);
  // An empty list of alternatives would take an empty name.
  if (named.length === 0) return [refusal(421)];
  const excluded = excludedHostnames(origin).map(hostPattern);
  return [
    refusal(421, [when(`!${says(asked, `^(?:${named.join("|")})$`)}`)]),
    ...(excluded.length === 0
      ? []
      : [refusal(421, [when(says(asked, `^(?:${excluded.join("|")})$`))])]),
  ];
}

function handOn(origin: OriginFacts, isAccepted: boolean): object {
  const hostname = onlyHostname(origin) ?? "{http.vars.pullproof_asked}";
  const { application, authority } = origin;
  const dial =
    application.by === "unix"
      ? `unix/${caddyPath(application.path, `origins.${origin.originHostname}.application`)}`
      : `${application.host.includes(":") ? `[${application.host}]` : application.host}:${application.port}`;
  const ours = {
    Host: [authority],
    "X-Forwarded-Host": [hostname],
    "X-Pull-Hostname": [hostname],
    "X-Pull-Verdict": [isAccepted ? "accepted" : "refused; reason=certificate-not-accepted"],
    ...(isAccepted
      ? {
          "X-Pull-Fingerprint": ["sha256:{http.request.tls.client.fingerprint}"],
          "Client-Cert": [":{http.request.tls.client.certificate_der_base64}:"],
        }
      : {}),
  };
  const proxy = (headers: object): object => ({
    handler: "reverse_proxy",
    upstreams: [{ dial }],
    // Whoever came so far is the Worker, or the edge.
    trusted_proxies: ["0.0.0.0/0", "::/0"],
    // Not -1, which every request that is under way at a reload dies of (caddyserver/caddy#5663).
    flush_interval: "1ms",
    headers: { request: headers, response: { delete: ["Pull-Refusal"] } },
  });
  const kept = isAccepted ? keptHeaders() : null;
  const asked = { handler: "vars", pullproof_asked: "{http.request.header.X-Forwarded-Host}" };
  return {
    handle: [
      subroute([
        { handle: [asked] },
        ...(kept?.remember ?? []),
        { handle: [{ handler: "headers", request: { delete: removedHeaders() } }] },
        ...(kept?.routes ?? []),
        ...waysOn(isAccepted).map(({ conditions, said, unsaid }) => ({
          ...(conditions.length === 0 ? {} : { match: [when(...conditions)] }),
          handle: [proxy({ set: { ...ours, ...said }, delete: unsaid })],
          terminal: true,
        })),
      ]),
    ],
  };
}

interface WayOn {
  readonly conditions: readonly string[];
  readonly said: Readonly<Record<string, readonly string[]>>;
  readonly unsaid: readonly string[];
}

/**
 * The reverse proxy puts words of its own into these two, whatever came before it: so there is one for each case. Of two
 * lines Caddy makes one, with a comma and no space behind it.
 */
function waysOn(isAccepted: boolean): readonly WayOn[] {
  const one = (name: string, variable: string, pattern: string): readonly WayOn[] => [
    ...(isAccepted
      ? [
          {
            conditions: [says(`http.vars.${variable}`, pattern)],
            said: { [name]: [`{http.vars.${variable}}`] },
            unsaid: [],
          },
        ]
      : []),
    { conditions: [], said: {}, unsaid: [name] },
  ];
  return one("X-Forwarded-For", "pullproof_x_forwarded_for", "^[^,]+(?:, [^,]+)*$").flatMap(
    (first) =>
      one("X-Forwarded-Proto", "pullproof_x_forwarded_proto", "^[^,]+$").map((second) => ({
        conditions: [...first.conditions, ...second.conditions],
        said: { ...first.said, ...second.said },
        unsaid: [...first.unsaid, ...second.unsaid],
      })),
  );
}
