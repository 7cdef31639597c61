import { certificatesPath, type OriginFacts, type RenderFacts } from "../facts.ts";
import {
  below,
  excludedHostnames,
  hostPattern,
  KEPT_IDENTITY,
  namedHostnames,
  onlyHostname,
  OPTIONAL_PORT,
} from "../patterns.ts";
import { pemOf } from "../pem-of.ts";
import { quotePattern } from "./quote-nginx.ts";

/** A block of nginx's `map`: what a text becomes. Regular expressions all, since its plain strings ignore case. */
function map(from: string, to: string, rows: readonly string[]): readonly string[] {
  return [`map ${from} ${to} {`, ...rows.map((row) => `    ${row};`), "}", ""];
}

/** The variable of an origin: maps are the whole server's. */
export function variable(at: number, what: string): string {
  return `$pullproof_${at}_${what}`;
}

/** What is the same for every origin: how a request must look, whoever sends it. */
export function requestMaps(): readonly string[] {
  return [
    "# One request line: a method, a target in origin-form (RFC 9112 3.2.1), HTTP/1.1.",
    ...map("$request", "$pullproof_line", [
      'default ""',
      String.raw`"~^[A-Z]+ /[\x21\x22\x24-\x5b\x5d-\x7e]* HTTP/1\.1$" 1`,
    ]),
    "# A body on GET or HEAD has no meaning, and has carried smuggled requests (RFC 9110 9.3.1).",
    ...map('"$request_method|$http_transfer_encoding|$content_length"', "$pullproof_body", [
      'default ""',
      String.raw`"~^(?:GET|HEAD)\|(?:.+\||\|0*[1-9])" 1`,
    ]),
    "# No Upgrade but a whole WebSocket handshake (RFC 6455 4.2.1).",
    ...map(
      '"$http_upgrade|$request_method|$http_connection|$http_sec_websocket_version|$http_sec_websocket_key|$http_transfer_encoding$content_length"',
      "$pullproof_upgrade",
      [
        "default bad",
        String.raw`"~^\|" ""`,
        String.raw`"~*^websocket\|GET\|[a-z, -]*upgrade[a-z, -]*\|13\|[a-z0-9+/]{22}==\|$" upgrade`,
      ],
    ),
    "# Connection may name nothing but these: nginx would pass on whatever else it names (RFC 9110 7.6.1).",
    ...map('"c$http_connection"', "$pullproof_connection", [
      "default 1",
      String.raw`"~*^c(?:(?:close|keep-alive|upgrade)(?:[ \t]*,[ \t]*|$))*$" ""`,
    ]),
    "# An Expect but 100-continue (RFC 9110 10.1.1). The letter before it: nginx matches nothing against an empty text.",
    ...map('"e$http_expect"', "$pullproof_expect", [
      "default 1",
      '"~^e$" ""',
      '"~*^e100-continue$" ""',
    ]),
  ];
}

/** Who is accepted at one origin, and what is said of it. */
export function originMaps(origin: OriginFacts, at: number): readonly string[] {
  const name = hostPattern(origin.originHostname);
  return [
    `# ${origin.originHostname}: the handshake and the request name it, and the session is a fresh one.`,
    ...map('"$ssl_server_name|$http_host|$ssl_session_reused"', variable(at, "here"), [
      'default ""',
      `${quotePattern(String.raw`~*^${name}\.?\|${name}\.?${OPTIONAL_PORT}\|\.$`, origin.path)} 1`,
    ]),
    ...acceptedMaps(origin, at),
    ...visitorMaps(origin, at),
    ...hostnameMap(origin, at),
  ];
}

function acceptedMaps(origin: OriginFacts, at: number): readonly string[] {
  const { accepts, reportUntil } = origin;
  const report =
    reportUntil === null
      ? []
      : [
          "# Report mode, which closes by itself: seconds since 1970.",
          ...map("$msec", variable(at, "report"), [
            'default ""',
            String.raw`"~^${below(reportUntil / 1_000)}\." 1`,
          ]),
        ];
  if (accepts.by === "issuer") return [...report, ...verdictMap(origin, at, "SUCCESS", "|")];
  const path = certificatesPath(origin);
  const rows = accepts.certificates.map(({ der, notAfter, fingerprint }) => {
    const escaped = encodeURIComponent(pemOf(der));
    return { escaped, until: below(notAfter / 1_000), fingerprint, der };
  });
  return [
    ...report,
    "# The whole certificate, byte for byte, while it is valid: a connection outlives the certificate that opened it.",
    ...map('"$msec|$ssl_client_escaped_cert"', variable(at, "fingerprint"), [
      'default ""',
      ...rows.map(
        ({ escaped, until, fingerprint }, index) =>
          String.raw`${quotePattern(String.raw`~^${until}\.[0-9]+\|${escaped}$`, `${path}[${index}]`)} ${fingerprint}`,
      ),
    ]),
    "# The same in the form of RFC 9440.",
    ...map(variable(at, "fingerprint"), variable(at, "certificate"), [
      'default ""',
      ...rows.map(
        ({ fingerprint, der }, index) =>
          `"~^${fingerprint}$" ${quotePattern(`:${der}:`, `${path}[${index}]`)}`,
      ),
    ]),
    ...verdictMap(origin, at, String.raw`SUCCESS\|sha256:`, variable(at, "fingerprint")),
  ];
}

/** What a pull says of the visitor: in report mode nobody believes one that is not accepted. */
export function visitorVariable({ reportUntil }: OriginFacts, at: number, header: string): string {
  const name = header.replaceAll("-", "_");
  return reportUntil === null ? `$http_${name}` : variable(at, name);
}

function visitorMaps(origin: OriginFacts, at: number): readonly string[] {
  if (origin.reportUntil === null) return [];
  return KEPT_IDENTITY.flatMap((name) =>
    map(variable(at, "verdict"), visitorVariable(origin, at, name), [
      'default ""',
      `"~^accepted$" $http_${name.replaceAll("-", "_")}`,
    ]),
  );
}

function verdictMap(
  { reportUntil }: OriginFacts,
  at: number,
  accepted: string,
  fingerprint: string,
): readonly string[] {
  const report = reportUntil === null ? "" : variable(at, "report");
  const from = fingerprint === "|" ? "" : fingerprint;
  return map(`"$ssl_client_verify|${from}|${report}"`, variable(at, "verdict"), [
    'default ""',
    `"~^${accepted}" accepted`,
    ...(reportUntil === null
      ? []
      : [String.raw`"~\|1$" "refused; reason=certificate-not-accepted"`]),
  ]);
}

function hostnameMap(origin: OriginFacts, at: number): readonly string[] {
  if (onlyHostname(origin) !== null) return [];
  const row = (pattern: string, value: string): string =>
    `${quotePattern(`~^${pattern}$`, origin.path)} ${value}`;
  return [
    "# The Worker says which of its hostnames; anything else is misdirected.",
    ...map("$http_x_forwarded_host", variable(at, "hostname"), [
      'default ""',
      ...excludedHostnames(origin).map((name) => row(hostPattern(name), '""')),
      ...namedHostnames(origin).map((name) => row(hostPattern(name), "$http_x_forwarded_host")),
    ]),
  ];
}

/** How a log line tells of every pull, as one JSON object. */
export function logFormat({ origins }: RenderFacts): readonly string[] {
  const each = origins.map((_, at) => variable(at, "verdict")).join("");
  return [
    'log_format pullproof escape=json \'{"time":"$time_iso8601","id":"$request_id","status":$status,\'',
    `    '"verdict":"${each}","verify":"$ssl_client_verify","sni":"$ssl_server_name","host":"$host",'`,
    '    \'"request":"$request","sha1":"$ssl_client_fingerprint","remote":"$remote_addr"}\';',
    "",
  ];
}
