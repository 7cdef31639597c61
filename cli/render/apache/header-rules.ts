import type { OriginFacts } from "../facts.ts";
import { identityNames } from "../identity-names.ts";
import { identityPatterns, KEPT_IDENTITY } from "../patterns.ts";

/** Members of the open families of names that an edge or a visitor's software sends by itself. */
const USUAL = [
  "cf-connecting-ipv6",
  "client-cert",
  "client-cert-chain",
  "forwarded",
  "true-client-ip",
  "x-client-cert",
  "x-forwarded-host",
  "x-forwarded-port",
  "x-forwarded-server",
  "x-forwarded-ssl",
  "x-original-url",
  "x-original-host",
  "x-pull-fingerprint",
  "x-pull-hostname",
  "x-pull-verdict",
];

/** Names that are taken away whole. */
const REMOVED: readonly string[] = [
  ...new Set([
    "proxy",
    ...identityNames()
      .filter(({ open }) => !open)
      .map(({ text }) => text),
    ...USUAL,
  ]),
];

/**
 * Apache takes headers away by their whole name alone, and can tell that there is one by a pattern: whatever claims who
 * somebody is under a name that is not taken away (a family's other members, `_` for `-`) makes the request a bad one.
 */
export const REFUSED_NAMES: string = `SetEnvIfNoCase "^(?!(?:${[...REMOVED, ...KEPT_IDENTITY].join("|")})$)(?:${[
  ...identityPatterns().map((pattern) => pattern.replace(/^\^/, "")),
  "host.",
  "proxy$",
  "(?:content[^a-z0-9-]length|transfer[^a-z0-9-]encoding)$",
].join("|")})" "." PULLPROOF_CLAIM`;

/** Whatever answers before the proxy does. */
const OWN = "%{HANDLER} != 'proxy-server'";

/** What every answer of the server's own has. */
export const REFUSAL_HEADERS: readonly string[] = [
  "# An id for every answer of the server's own, which the log has too; the application's own is taken away.",
  "Header unset Pull-Refusal",
  "Header always unset Pull-Refusal",
  `Header always set Pull-Refusal "expr=%{sha1:%{reqenv:UNIQUE_ID}%{REMOTE_ADDR}%{REMOTE_PORT}%{TIME}}" "expr=${OWN}"`,
  `Header always set Cache-Control no-store "expr=${OWN}"`,
];

/** What the application is told: by us, and, where a pull was accepted, of the visitor. */
export function headerRules({ authority, accepts, reportUntil }: OriginFacts): readonly string[] {
  const accepted = "env=PULLPROOF_ACCEPTED";
  return [
    ...REMOVED.map((name) => `RequestHeader unset ${name}`),
    "RequestHeader unset X-Pullproof-Now",
    "# Said twice, Apache makes one of them, with a comma; said by a pull that is not accepted, nobody said it.",
    'RequestHeader unset X-Forwarded-Proto "expr=%{HTTP:X-Forwarded-Proto} =~ /,/"',
    'RequestHeader unset CF-Connecting-IP "expr=%{HTTP:CF-Connecting-IP} =~ /,/"',
    ...(reportUntil === null
      ? []
      : KEPT_IDENTITY.map((name) => `RequestHeader unset ${name} env=!PULLPROOF_ACCEPTED`)),
    `RequestHeader set Host ${authority}`,
    'RequestHeader set X-Forwarded-Host "%{PULLPROOF_HOSTNAME}e"',
    'RequestHeader set X-Pull-Hostname "%{PULLPROOF_HOSTNAME}e"',
    `RequestHeader set X-Pull-Verdict accepted ${accepted}`,
    ...(reportUntil === null
      ? []
      : [
          'RequestHeader set X-Pull-Verdict "refused; reason=certificate-not-accepted" env=!PULLPROOF_ACCEPTED',
        ]),
    ...(accepts.by === "list"
      ? [
          `RequestHeader set X-Pull-Fingerprint "%{PULLPROOF_ACCEPTED}e" ${accepted}`,
          `RequestHeader set Client-Cert "%{PULLPROOF_CERTIFICATE}e" ${accepted}`,
        ]
      : []),
    "",
    ...REFUSAL_HEADERS,
  ];
}
