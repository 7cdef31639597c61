import type { OriginFacts, RenderFacts } from "../facts.ts";
import { SIGNATURES, SUITES_1_2, SUITES_1_3 } from "../tls-policy.ts";
import { headerRules, REFUSAL_HEADERS, REFUSED_NAMES } from "./header-rules.ts";
import { quoteApache } from "./quote-apache.ts";
import { hostnameRules, judgement, requestRules } from "./rules.ts";

/** The client's certificate is asked for in the first handshake alone: there is no second one in TLS 1.3. */
const TLS = [
  "SSLEngine on",
  "SSLProtocol -all +TLSv1.2 +TLSv1.3",
  `SSLCipherSuite ${SUITES_1_2}:@SECLEVEL=2`,
  `SSLCipherSuite TLSv1.3 ${SUITES_1_3}`,
  "SSLHonorCipherOrder on",
  `SSLOpenSSLConfCmd SignatureAlgorithms ${SIGNATURES}`,
  `SSLOpenSSLConfCmd ClientSignatureAlgorithms ${SIGNATURES}`,
  "SSLSessionTickets off",
  "SSLStrictSNIVHostCheck on",
  "SSLCompression off",
  "Timeout 15",
  "Protocols http/1.1",
  "HttpProtocolOptions Strict",
  "RequestReadTimeout handshake=10 header=10 body=15,MinRate=500",
];

function address({ listen: { host, port } }: RenderFacts): string {
  return `${host.includes(":") ? `[${host}]` : host}:${port}`;
}

/** Whoever names no origin of ours: a virtual host whose handshake nobody can finish. */
export function nobodysHost(facts: RenderFacts): readonly string[] {
  const [{ certificate, key, originHostname }] = facts.origins;
  const files = `origins.${originHostname}`;
  return block(`VirtualHost ${address(facts)}`, [
    "# The first of its address, for every name that is nobody's. No CA is in this file: nobody's certificate is good.",
    "ServerName nobody.invalid",
    ...TLS,
    `SSLCertificateFile ${quoteApache(certificate, `${files}.certificate`)}`,
    `SSLCertificateKeyFile ${quoteApache(key, `${files}.key`)}`,
    `SSLCACertificateFile ${quoteApache(certificate, `${files}.certificate`)}`,
    "SSLVerifyClient require",
    "SSLVerifyDepth 0",
    ...block('Location "/"', ["Require all denied"]),
    "# Whoever has shaken hands under another name comes here with a Host that is nobody's.",
    `CustomLog ${quoteApache(facts.log, "--log")} pullproof`,
    ...REFUSAL_HEADERS,
  ]);
}

/** One origin hostname. */
export function originHost(origin: OriginFacts, facts: RenderFacts): readonly string[] {
  const { originHostname, issuer, reportUntil } = origin;
  const files = `origins.${originHostname}`;
  const place = `issuers.${issuer.name}`;
  const crl =
    issuer.crl === null
      ? []
      : [
          `SSLCARevocationFile ${quoteApache(issuer.crl, `${place}.crl`)}`,
          "SSLCARevocationCheck chain",
        ];
  return block(`VirtualHost ${address(facts)}`, [
    `ServerName ${originHostname}`,
    ...TLS,
    `SSLCertificateFile ${quoteApache(origin.certificate, `${files}.certificate`)}`,
    `SSLCertificateKeyFile ${quoteApache(origin.key, `${files}.key`)}`,
    `SSLCACertificateFile ${quoteApache(issuer.certificates, `${place}.certificates`)}`,
    ...crl,
    `SSLVerifyClient ${reportUntil === null ? "require" : "optional_no_ca"}`,
    "SSLVerifyDepth 8",
    "",
    `CustomLog ${quoteApache(facts.log, "--log")} pullproof`,
    "ServerSignature Off",
    "TraceEnable off",
    "KeepAliveTimeout 20",
    "LimitRequestLine 8190",
    "LimitRequestFieldSize 8190",
    "LimitRequestFields 128",
    "ErrorDocument 400 default",
    "",
    "# What the clock says, for the rules below: microseconds since 1970. A peer's own is written over.",
    'RequestHeader set X-Pullproof-Now "%t" early',
    REFUSED_NAMES,
    "",
    "RewriteEngine on",
    ...requestRules(origin),
    ...judgement(origin),
    ...hostnameRules(origin),
    "",
    ...headerRules(origin),
    "",
    ...proxy(origin),
  ]);
}

function proxy({ application, originHostname }: OriginFacts): readonly string[] {
  const url =
    application.by === "unix"
      ? quoteApache(
          `unix:${application.path}|http://application/`,
          `origins.${originHostname}.application`,
        )
      : `http://${application.host.includes(":") ? `[${application.host}]` : application.host}:${application.port}/`;
  return [
    "ProxyRequests Off",
    "ProxyAddHeaders Off",
    "ProxyPreserveHost On",
    "ProxyTimeout 60",
    "AllowEncodedSlashes NoDecode",
    `ProxyPass "/" ${url} nocanon upgrade=websocket`,
  ];
}

function block(name: string, lines: readonly string[]): readonly string[] {
  const [kind] = name.split(" ");
  return [
    `<${name}>`,
    ...lines.map((line) => (line === "" ? "" : `    ${line}`)),
    `</${kind}>`,
    "",
  ];
}
