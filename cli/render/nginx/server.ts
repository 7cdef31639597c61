import type { OriginFacts, RenderFacts } from "../facts.ts";
import { PASSED_HEADERS } from "../passed-headers.ts";
import { KEPT_IDENTITY, onlyHostname } from "../patterns.ts";
import { SIGNATURES, SUITES_1_2, SUITES_1_3 } from "../tls-policy.ts";
import { variable, visitorVariable } from "./maps.ts";
import { quoteNginx } from "./quote-nginx.ts";

/** `127.0.0.1:8443`, `[::1]:8443`. */
export function listenText({ listen: { host, port } }: RenderFacts): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

// Of a server chosen by SNI, versions and sessions are those of the address's first server: both say the same.
const TLS = [
  "ssl_protocols TLSv1.2 TLSv1.3;",
  `ssl_ciphers ${SUITES_1_2}:@SECLEVEL=2;`,
  `ssl_conf_command Ciphersuites ${SUITES_1_3};`,
  `ssl_conf_command ClientSignatureAlgorithms ${SIGNATURES};`,
  `ssl_conf_command SignatureAlgorithms ${SIGNATURES};`,
  "ssl_prefer_server_ciphers on;",
  "# A session would be resumed under another name, past the certificate (CVE-2025-23419).",
  "ssl_session_cache off;",
  "ssl_session_tickets off;",
];

const REFUSAL_HEADERS = [
  "add_header Pull-Refusal $request_id always;",
  "add_header Cache-Control no-store always;",
];

const SILENCE = [
  "# An outsider gets no answer, nor does whoever speaks plain HTTP: the connection ends.",
  "error_page 495 496 497 = @pullproof_silence;",
  "location @pullproof_silence { return 444; }",
];

/** Whoever names no origin of ours gets an alert. */
export function defaultServer(facts: RenderFacts): readonly string[] {
  return block("server", [
    `listen ${listenText(facts)} ssl default_server;`,
    'server_name "";',
    "ssl_reject_handshake on;",
    ...TLS,
    "client_header_timeout 10s;",
    `access_log ${quoteNginx(facts.log, "--log")} pullproof;`,
    "server_tokens off;",
    "# Whoever has shaken hands under another name comes here with a Host that is nobody's.",
    ...REFUSAL_HEADERS,
    "return 421;",
    ...SILENCE,
  ]);
}

/** One origin hostname. */
export function originServer(
  origin: OriginFacts,
  at: number,
  facts: RenderFacts,
): readonly string[] {
  const { issuer, reportUntil } = origin;
  const issuerPath = `issuers.${issuer.name}`;
  const files = `origins.${origin.originHostname}`;
  // In report mode whoever is unknown is let through to be reported; whoever is known and bad is still refused.
  const verify = reportUntil === null ? "on" : "optional_no_ca";
  return block("server", [
    `listen ${listenText(facts)} ssl;`,
    `server_name ${origin.originHostname};`,
    `ssl_certificate ${quoteNginx(origin.certificate, `${files}.certificate`)};`,
    `ssl_certificate_key ${quoteNginx(origin.key, `${files}.key`)};`,
    ...TLS,
    `ssl_client_certificate ${quoteNginx(issuer.certificates, `${issuerPath}.certificates`)};`,
    ...(issuer.crl === null ? [] : [`ssl_crl ${quoteNginx(issuer.crl, `${issuerPath}.crl`)};`]),
    `ssl_verify_client ${verify};`,
    "ssl_verify_depth 8;",
    "",
    `access_log ${quoteNginx(facts.log, "--log")} pullproof;`,
    "server_tokens off;",
    "client_header_timeout 10s;",
    "client_body_timeout 15s;",
    "client_header_buffer_size 2k;",
    "large_client_header_buffers 2 8k;",
    ...REFUSAL_HEADERS,
    "",
    ...SILENCE,
    "",
    "if ($server_protocol != HTTP/1.1) { return 505; }",
    'if ($pullproof_line = "") { return 400; }',
    `if (${variable(at, "here")} = "") { return 421; }`,
    `if (${variable(at, "verdict")} = "") { return 403; }`,
    "if ($pullproof_body) { return 400; }",
    "if ($pullproof_upgrade = bad) { return 400; }",
    "if ($pullproof_connection) { return 400; }",
    "if ($pullproof_expect) { return 417; }",
    ...(onlyHostname(origin) === null
      ? [`if (${variable(at, "hostname")} = "") { return 421; }`]
      : []),
    "",
    ...block("location /", proxy(origin, at, facts)),
  ]);
}

function proxy(origin: OriginFacts, at: number, { pass }: RenderFacts): readonly string[] {
  const listed = origin.accepts.by === "list";
  const hostname = onlyHostname(origin) ?? variable(at, "hostname");
  return [
    `proxy_pass http://pullproof_${at};`,
    "proxy_http_version 1.1;",
    "proxy_next_upstream off;",
    "proxy_request_buffering off;",
    "proxy_buffering off;",
    "proxy_redirect off;",
    "client_max_body_size 0;",
    "proxy_hide_header Pull-Refusal;",
    "# Takes the place of the server's own, so that the application's answers carry neither.",
    'add_header Pull-Refusal "";',
    "",
    "# nginx takes headers away by their whole name alone: none is passed on but these, and then ours.",
    "proxy_pass_request_headers off;",
    `proxy_set_header Host ${origin.authority};`,
    "proxy_set_header Upgrade $pullproof_upgrade_to;",
    "proxy_set_header Connection $pullproof_upgrade;",
    ...[...new Set([...PASSED_HEADERS, ...pass])].map(passed),
    ...KEPT_IDENTITY.map(
      (name) => `proxy_set_header ${name} ${visitorVariable(origin, at, name)};`,
    ),
    `proxy_set_header X-Forwarded-Host ${hostname};`,
    `proxy_set_header X-Pull-Hostname ${hostname};`,
    `proxy_set_header X-Pull-Verdict ${variable(at, "verdict")};`,
    ...(listed
      ? [
          `proxy_set_header X-Pull-Fingerprint ${variable(at, "fingerprint")};`,
          `proxy_set_header Client-Cert ${variable(at, "certificate")};`,
        ]
      : []),
  ];
}

function passed(name: string): string {
  return `proxy_set_header ${name} $http_${name.replaceAll("-", "_")};`;
}

/** Where the application listens: its own block, since `proxy_pass` reads variables and paths into an address. */
export function upstream({ application, originHostname }: OriginFacts, at: number) {
  const address =
    application.by === "unix"
      ? quoteNginx(`unix:${application.path}`, `origins.${originHostname}.application`)
      : application.host.includes(":")
        ? `[${application.host}]:${application.port}`
        : `${application.host}:${application.port}`;
  return [`upstream pullproof_${at} {`, `    server ${address};`, "    keepalive 32;", "}", ""];
}

function block(name: string, lines: readonly string[]): readonly string[] {
  return [`${name} {`, ...lines.map((line) => (line === "" ? "" : `    ${line}`)), "}", ""];
}
