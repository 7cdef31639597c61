import { certificatesPath, type OriginFacts } from "../facts.ts";
import {
  excludedHostnames,
  hostPattern,
  KEPT_IDENTITY,
  namedHostnames,
  onlyHostname,
} from "../patterns.ts";
import { writable } from "../plain-text.ts";
import { refuse } from "./frontend.ts";
import { bareHaproxy, quoteHaproxy } from "./quote-haproxy.ts";

/** What is judged for one origin, on every request, and handed on. */
export function backend(origin: OriginFacts, at: number): readonly string[] {
  const { authority, accepts, reportUntil, originHostname } = origin;
  const listed = accepts.by === "list";
  const accepted = "{ var(txn.verdict) -m str accepted }";
  const reporting =
    reportUntil === null ? "" : ` || { date lt ${Math.floor(reportUntil / 1_000)} }`;
  return [
    `backend pullproof_${at} from pullproof`,
    `    # ${originHostname}`,
    "    # Each request again: a connection outlives the certificate that opened it. Years have two digits in both.",
    "    http-request set-var(txn.now) date,utime(%y%m%d%H%M%S)",
    "    http-request set-var(txn.until) ssl_c_notafter,regsub(Z$,)",
    `    http-request set-var(txn.verdict) str(accepted) if ${conditions(origin).join(" ")}`,
    ...(reportUntil === null
      ? []
      : [
          "    # Report mode, which closes by itself.",
          `    http-request set-var(txn.verdict) str('refused; reason=certificate-not-accepted') unless ${accepted}`,
        ]),
    ...refuse(403, `${accepted}${reporting}`, "unless"),
    ...hostnameRules(origin),
    "",
    `    http-request set-header Host ${authority}`,
    ...KEPT_IDENTITY.map((name) => {
      const variable = `var(txn.${name.replaceAll("-", "_")})`;
      return `    http-request set-header ${name} '%[${variable}]' if { ${variable} -m found } ${accepted}`;
    }),
    "    http-request set-header X-Forwarded-Host '%[var(txn.hostname)]'",
    "    http-request set-header X-Pull-Hostname '%[var(txn.hostname)]'",
    "    http-request set-header X-Pull-Verdict '%[var(txn.verdict)]'",
    ...(listed || reportUntil === null
      ? [
          `    http-request set-header X-Pull-Fingerprint 'sha256:%[var(txn.fingerprint)]' if ${accepted}`,
          `    http-request set-header Client-Cert ':%[ssl_c_der,base64]:' if ${accepted}`,
        ]
      : []),
    "    http-response del-header Pull-Refusal",
    "    # A 101 to anything but a WebSocket would join the two sides, past every rule.",
    "    http-response return status 502 hdr Pull-Refusal '%[var(txn.id)]' hdr Cache-Control no-store if { status 101 } !{ res.hdr(upgrade) -m str -i websocket }",
    ...server(origin),
    "",
  ];
}

/** Everything that must hold at once. */
function conditions(origin: OriginFacts): readonly string[] {
  const { accepts } = origin;
  const always = [
    "{ ssl_c_used }",
    "{ ssl_c_verify 0 }",
    "{ ssl_c_ca_err 0 }",
    "{ ssl_c_err 0 }",
    "{ var(txn.until) -m len 12 }",
    "{ var(txn.now),sub(txn.until) lt 0 }",
  ];
  if (accepts.by === "issuer") return always;
  const fingerprints = accepts.certificates.map(({ fingerprint }, index) =>
    writable(fingerprint.slice("sha256:".length), `${certificatesPath(origin)}[${index}]`),
  );
  return [...always, `{ var(txn.fingerprint) -m str ${fingerprints.join(" ")} }`];
}

function hostnameRules(origin: OriginFacts): readonly string[] {
  const only = onlyHostname(origin);
  if (only !== null) return [`    http-request set-var(txn.hostname) str(${only})`];
  const named = namedHostnames(origin).map((name) =>
    quoteHaproxy(`^${hostPattern(name)}$`, origin.path),
  );
  if (named.length === 0) return refuse(421, "");
  return [
    "    # The Worker says which of its hostnames; anything else is misdirected.",
    ...refuse(421, `{ var(txn.asked) -m reg ${named.join(" ")} }`, "unless"),
    ...excludedHostnames(origin).flatMap((name) =>
      refuse(421, `{ var(txn.asked) -m str ${name} }`),
    ),
    "    http-request set-var(txn.hostname) var(txn.asked)",
  ];
}

function server({
  application,
  health,
  authority,
  originHostname,
}: OriginFacts): readonly string[] {
  const address =
    application.by === "unix"
      ? `unix@${bareHaproxy(application.path, `origins.${originHostname}.application`)}`
      : application.host.includes(":")
        ? `[${application.host}]:${application.port}`
        : `${application.host}:${application.port}`;
  const check =
    health === null
      ? []
      : [
          "    option httpchk",
          `    http-check send meth GET uri ${quoteHaproxy(health, originHostname)} ver HTTP/1.1 hdr Host ${authority}`,
        ];
  return [...check, `    server application ${address}${health === null ? "" : " check"}`];
}

/** Which certificate is shown for which name, and who may pull: one line each of the crt-list. */
export function crtListLine({
  originHostname,
  certificate,
  issuer,
  reportUntil,
}: OriginFacts): string {
  const place = `issuers.${issuer.name}`;
  const files = `origins.${originHostname}`;
  const options = [
    `ca-file ${bareHaproxy(issuer.certificates, `${place}.certificates`)}`,
    ...(issuer.crl === null ? [] : [`crl-file ${bareHaproxy(issuer.crl, `${place}.crl`)}`]),
    `verify ${reportUntil === null ? "required" : "optional"}`,
  ];
  return `${bareHaproxy(certificate, `${files}.certificate`)} [${options.join(" ")}] ${originHostname} ${originHostname}.`;
}
