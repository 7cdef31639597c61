import { pathTo, type Problem } from "../../../shared/problem.ts";
import { certificatesPath, type OriginFacts, type RenderFacts } from "../facts.ts";
import { commented, notes } from "../notes.ts";
import { pemOf } from "../pem-of.ts";
import { writable } from "../plain-text.ts";
import { SERVER_PROMISES } from "../promises.ts";
import {
  rendered,
  type RenderedFile,
  type Rendering,
  type Shortcoming,
  type Target,
} from "../rendering.ts";
import { SIGNATURES, SUITES_1_2, SUITES_1_3 } from "../tls-policy.ts";

/** stunnel 5.60 or newer: the handshake alone. It reads no HTTP. */
export const STUNNEL: Target = {
  name: "stunnel",
  about: "stunnel 5.60 or newer (the handshake alone: it reads no HTTP)",
  isMeasured: true,
  handling: {
    use: "stunnel FOLDER/stunnel.conf, with the accepted-*.pem files beside it. The application reads every request itself: Host, framing and headers are its own affair.",
    check:
      "openssl x509 -noout -in each accepted-*.pem; stunnel has no check, and does not start with what it cannot read",
    reload:
      "start it anew (systemctl restart stunnel4), also when a file of an issuer has changed: told to reload by SIGHUP, 5.68 has ended in a segmentation fault under load",
  },
  shortcomings,
  render,
};

/** P33 is of a log of pulls, P80 of reloads; all others from P40 on are of requests. */
const OF_HTTP = SERVER_PROMISES.filter(
  (number) => number === "P33" || (Number(number.slice(1)) >= 40 && number !== "P80"),
);

const SHORTCOMINGS: readonly Shortcoming[] = [
  {
    promises: OF_HTTP,
    why: "It hands bytes on and reads no request: SNI is not held against Host, no header is removed or set, no pull is logged as such, and the application is not told who pulled. Host every origin hostname at an application of its own, and let that refuse every other Host.",
  },
  {
    promises: ["P21", "P23"],
    why: "A connection is judged once, in its handshake, and lives on past the end of its certificate until it is quiet (TIMEOUTidle). The issuer stands in the accepted-*.pem files: where it was replaced, render again.",
  },
  {
    promises: ["P6"],
    why: "It speaks no ALPN: whoever offers HTTP/2 alone gets no alert, and the application its bytes.",
  },
  {
    promises: ["P7"],
    why: "A name with a dot behind it is another name: the handshake ends in an alert.",
  },
  {
    promises: ["P29", "P32"],
    why: "Whoever is refused gets an alert, a known peer too: no status, and no id. The log has the reason.",
  },
  {
    promises: ["P80"],
    why: "It is started anew where others reload: what pulls in that moment is refused its connection, or cut off.",
  },
];

function shortcomings(): readonly Shortcoming[] {
  return SHORTCOMINGS;
}

/** A value goes to the end of its line, as it is, but for the white space around it. */
function value(text: string, path: string): string {
  return writable(text, path, /\s$/, "stunnel's configuration");
}

function render(facts: RenderFacts): Rendering {
  return rendered(problems(facts), () => {
    const { origins, folder, log } = facts;
    const lines = [
      ...commented(";", notes(STUNNEL, facts)),
      "",
      "foreground = yes",
      "syslog = no",
      `output = ${value(log, "--log")}`,
      "debug = notice",
      "",
      ...nobody(facts),
      ...origins.flatMap((origin) => service(origin, folder)),
    ];
    const accepted = origins.flatMap(acceptedFile);
    return [{ name: "stunnel.conf", text: `${lines.join("\n").trimEnd()}\n` }, ...accepted];
  });
}

// No tickets and no cache: a session would be resumed under another name, past the certificate.
const TLS = [
  "sslVersionMin = TLSv1.2",
  "sslVersionMax = TLSv1.3",
  `ciphers = ${SUITES_1_2}`,
  `ciphersuites = ${SUITES_1_3}`,
  "securityLevel = 2",
  `config = SignatureAlgorithms:${SIGNATURES}`,
  `config = ClientSignatureAlgorithms:${SIGNATURES}`,
  "options = NO_TICKET",
  "options = NO_RENEGOTIATION",
  "sessionResume = no",
  "requireCert = yes",
  "verifyChain = yes",
  "TIMEOUTbusy = 10",
  "TIMEOUTidle = 20",
  "TIMEOUTclose = 5",
];

/** Whoever names no origin of ours: a service whose handshake nobody can finish. */
function nobody({ listen: { host, port }, origins: [first] }: RenderFacts): readonly string[] {
  const files = pathTo("origins", first.originHostname);
  const certificate = value(first.certificate, `${files}.certificate`);
  return [
    "[pullproof]",
    "; For every name that is nobody's. No CA is in this CAfile: nobody's certificate is good.",
    `accept = ${host}:${port}`,
    "connect = 127.0.0.1:9",
    `cert = ${certificate}`,
    `key = ${value(first.key, `${files}.key`)}`,
    `CAfile = ${certificate}`,
    ...TLS,
    "",
  ];
}

function service(origin: OriginFacts, folder: string): readonly string[] {
  const { originHostname, certificate, key, issuer, accepts, application } = origin;
  const files = pathTo("origins", originHostname);
  const connect =
    application.by === "unix"
      ? value(application.path, `${files}.application`)
      : `${application.host}:${application.port}`;
  return [
    `[pullproof-${originHostname}]`,
    `sni = pullproof:${originHostname}`,
    `connect = ${connect}`,
    `cert = ${value(certificate, `${files}.certificate`)}`,
    `key = ${value(key, `${files}.key`)}`,
    ...(accepts.by === "list"
      ? [
          "; The issuer, and exactly the listed certificates.",
          `CAfile = ${value(`${folder}/${fileName(origin)}`, "--place")}`,
          "verifyPeer = yes",
        ]
      : [
          `CAfile = ${value(issuer.certificates, pathTo(pathTo("issuers", issuer.name), "certificates"))}`,
        ]),
    ...(issuer.crl === null
      ? []
      : [`CRLfile = ${value(issuer.crl, pathTo(pathTo("issuers", issuer.name), "crl"))}`]),
    ...TLS,
    "",
  ];
}

function fileName({ originHostname }: OriginFacts): string {
  return `accepted-${originHostname}.pem`;
}

function acceptedFile(origin: OriginFacts): readonly RenderedFile[] {
  const { accepts, issuer } = origin;
  if (accepts.by === "issuer") return [];
  const ders = [...accepts.certificates.map(({ der }) => der), ...issuer.ders];
  return [{ name: fileName(origin), text: ders.map(pemOf).join("") }];
}

function problems({ origins }: RenderFacts): readonly Problem[] {
  return origins.flatMap((origin) => {
    const { accepts, reportUntil, path } = origin;
    const found: Problem[] = [];
    if (accepts.by === "issuer" && accepts.names.length > 0)
      found.push({
        path: certificatesPath(origin),
        message:
          "stunnel takes wildcards and common names for DNS names: list fingerprints, or render caddy, apache or envoy",
      });
    if (reportUntil !== null)
      found.push({
        path: `${path}.accept.mode`,
        message: "stunnel lets pass or ends, and reports nothing: write enforce, or render another",
      });
    return found;
  });
}
