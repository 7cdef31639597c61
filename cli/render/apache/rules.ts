import { certificatesPath, type OriginFacts } from "../facts.ts";
import {
  below,
  excludedHostnames,
  hostPattern,
  namedHostnames,
  onlyHostname,
  OPTIONAL_PORT,
} from "../patterns.ts";
import { pemOf } from "../pem-of.ts";
import { textInExpression } from "./quote-apache.ts";

/** One rule: where a condition holds, the answer is the server's own. */
function refuse(status: number, condition: string): readonly string[] {
  return [`RewriteCond expr "${condition}"`, `RewriteRule ^ - [R=${status},L]`];
}

/** How a request must look, whoever sends it. */
export function requestRules({ originHostname }: OriginFacts): readonly string[] {
  const name = hostPattern(originHostname);
  const webSocket = [
    "%{REQUEST_METHOD} == 'GET'",
    "%{HTTP:Upgrade} =~ /^websocket$/i",
    "%{HTTP:Connection} =~ /^[a-z, -]*upgrade[a-z, -]*$/i",
    "%{HTTP:Sec-WebSocket-Version} == '13'",
    "%{HTTP:Sec-WebSocket-Key} =~ m#^[A-Za-z0-9+/]{22}==$#",
  ].join(" && ");
  return [
    ...refuse(505, "%{SERVER_PROTOCOL} != 'HTTP/1.1'"),
    ...refuse(405, "%{REQUEST_METHOD} =~ /^(?:TRACE|CONNECT)$/"),
    ...refuse(
      400,
      String.raw`!(%{THE_REQUEST} =~ m#^(?:[A-Z]+ /[\x21\x22\x24-\x5b\x5d-\x7e]*|OPTIONS [*]) HTTP/1[.]1$#)`,
    ),
    ...refuse(
      421,
      `!(%{SSL_TLS_SNI} =~ /^${name}[.]?$/i && %{HTTP_HOST} =~ /^${name}[.]?${OPTIONAL_PORT}$/i)`,
    ),
    ...refuse(403, "%{SSL_SESSION_RESUMED} == 'Resumed'"),
    ...refuse(
      400,
      "%{REQUEST_METHOD} =~ /^(?:GET|HEAD)$/ && (-n %{HTTP:Transfer-Encoding} || %{HTTP:Content-Length} =~ /[1-9]/)",
    ),
    ...refuse(417, "!(%{HTTP:Expect} =~ /^(?:100-continue)?$/i)"),
    ...refuse(400, `-n %{HTTP:Upgrade} && !(${webSocket})`),
    ...refuse(
      400,
      String.raw`!(%{HTTP:Connection} =~ /^(?:(?:close|keep-alive|upgrade)(?:[ \t]*,[ \t]*|$))*$/i)`,
    ),
    "# A name that claims who somebody is, and that no rule below takes away.",
    ...refuse(400, "-n env('PULLPROOF_CLAIM')"),
  ];
}

/** The whole certificate, byte for byte, while it is valid: a connection outlives the certificate that opened it. */
export function judgement(origin: OriginFacts): readonly string[] {
  const { accepts, reportUntil } = origin;
  const good = "%{SSL_CLIENT_VERIFY} == 'SUCCESS'";
  const rules =
    accepts.by === "list"
      ? accepts.certificates.flatMap(({ der, notAfter, fingerprint }, index) => {
          const path = `${certificatesPath(origin)}[${index}]`;
          const whole = textInExpression(Buffer.from(pemOf(der)).toString("base64"), path);
          return [
            `RewriteCond expr "${good} && ${before(notAfter)} && base64(%{SSL_CLIENT_CERT}) == ${whole}"`,
            `RewriteRule ^ - [E=PULLPROOF_ACCEPTED:${fingerprint},E=PULLPROOF_CERTIFICATE::${der}:]`,
          ];
        })
      : [
          `RewriteCond expr "${[good, ...anyName(accepts.names)].join(" && ")}"`,
          "RewriteRule ^ - [E=PULLPROOF_ACCEPTED:issued]",
        ];
  const reported =
    reportUntil === null
      ? []
      : [
          "# Report mode, which closes by itself.",
          `RewriteCond expr "-z env('PULLPROOF_ACCEPTED') && ${before(reportUntil)}"`,
          "RewriteRule ^ - [E=PULLPROOF_REPORTED:1]",
        ];
  return [
    ...rules,
    ...reported,
    ...refuse(403, "-z env('PULLPROOF_ACCEPTED') && -z env('PULLPROOF_REPORTED')"),
  ];
}

function before(time: number): string {
  return `%{HTTP:X-Pullproof-Now} =~ /^t=${below(time / 1_000)}[0-9]{6}$/`;
}

/** Of a certificate's DNS names so many are looked at. */
const MOST_NAMES = 8;

function anyName(names: readonly string[]): readonly string[] {
  if (names.length === 0) return [];
  const listed = names.map((name) => `'${name}'`).join(", ");
  const each = Array.from(
    { length: MOST_NAMES },
    (_, at) => `%{SSL_CLIENT_SAN_DNS_${at}} in { ${listed} }`,
  );
  return [`(${each.join(" || ")})`];
}

/** The Worker says which of several hostnames; anything else is misdirected. */
export function hostnameRules(origin: OriginFacts): readonly string[] {
  const only = onlyHostname(origin);
  if (only !== null) return [`RewriteRule ^ - [E=PULLPROOF_HOSTNAME:${only}]`];
  const asked = "%{HTTP:X-Forwarded-Host}";
  const named = namedHostnames(origin).map(hostPattern);
  const excluded = excludedHostnames(origin).map(hostPattern);
  // An empty list of alternatives would take an empty name.
  if (named.length === 0) return refuse(421, "true");
  return [
    ...refuse(421, `!(${asked} =~ /^(?:${named.join("|")})$/)`),
    ...(excluded.length === 0 ? [] : refuse(421, `${asked} =~ /^(?:${excluded.join("|")})$/`)),
    `RewriteRule ^ - [E=PULLPROOF_HOSTNAME:${asked}]`,
  ];
}
