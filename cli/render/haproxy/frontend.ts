import type { RenderFacts } from "../facts.ts";
import { identityPatterns, KEPT_IDENTITY, OPTIONAL_PORT } from "../patterns.ts";
import { SUITES_1_2, SUITES_1_3 } from "../tls-policy.ts";
import { quoteHaproxy } from "./quote-haproxy.ts";

/** Options of the whole process. */
export function globalSection(): readonly string[] {
  return [
    "global",
    "    # A session would be resumed under another name, past the certificate: none is kept, none is given.",
    "    tune.ssl.cachesize 0",
    "    tune.http.maxhdr 128",
    "    log stdout format raw local0",
    "    hard-stop-after 30s",
    "",
    "defaults pullproof",
    "    mode http",
    "    timeout client 20s",
    "    timeout http-request 10s",
    "    timeout http-keep-alive 20s",
    "    timeout connect 5s",
    "    timeout server 60s",
    "    timeout tunnel 1h",
    "",
  ];
}

// What HAProxy writes of a pull, as one JSON object. What a peer says is escaped: quotes are of no other use to it here.
const LOG = [
  '{"time":"%[date,utime(%Y-%m-%dT%H:%M:%SZ)]"',
  '"id":"%[var(txn.id)]"',
  '"status":%ST',
  '"verdict":"%[var(txn.verdict)]"',
  '"fingerprint":"%[var(txn.fingerprint)]"',
  '"verify":%[ssl_c_verify]',
  '"sni":"%[var(txn.sni),json(utf8s)]"',
  '"host":"%[var(txn.host),json(utf8s)]"',
  '"remote":"%ci"}',
].join(",");

/** Who gets in, and how a request must look. */
export function frontend({
  listen: { host, port },
  folder,
  origins,
}: RenderFacts): readonly string[] {
  const address = host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
  const list = quoteHaproxy(`${folder}/pullproof.crt-list`, "--place");
  const reporting = origins.some(({ reportUntil }) => reportUntil !== null);
  return [
    "frontend pullproof from pullproof",
    `    bind ${address} ssl strict-sni crt-list ${list} alpn http/1.1 no-tls-tickets ssl-min-ver TLSv1.2 ciphers ${SUITES_1_2}:@SECLEVEL=2 ciphersuites ${SUITES_1_3}${reporting ? " crt-ignore-err all ca-ignore-err all" : ""}`,
    `    log-format ${quoteHaproxy(LOG, "")}`,
    "    log global",
    "    option http-ignore-probes",
    "",
    "    http-request set-var(txn.id) uuid()",
    "    http-request set-var(txn.sni) ssl_fc_sni,lower,regsub([.]$,)",
    "    # No comma may stand in the pattern of a converter: it would end it.",
    "    http-request set-var(txn.host) req.hdr(host),lower,regsub(:[0-9]*$,),regsub([.]$,)",
    "    http-request set-var(txn.fingerprint) ssl_c_der,sha2(256),hex,lower",
    "    http-request set-var(txn.verdict) str(refused)",
    "",
    "    # How a request must look, whoever sends it.",
    ...refuse(505, "{ req.ver -m str 1.1 }", "unless"),
    ...refuse(421, "{ ssl_fc_is_resumed }"),
    ...refuse(421, "{ var(txn.sni),strcmp(txn.host) eq 0 }", "unless"),
    // Two names in one line, of which the rule above saw the last: of two lines HAProxy refuses what differs, or makes one.
    ...refuse(400, "{ req.hdr_cnt(host) gt 1 }"),
    ...refuse(
      400,
      `{ req.hdr(host) -m reg ${quoteHaproxy(`^[^:]+${OPTIONAL_PORT}$`, "")} }`,
      "unless",
    ),
    ...refuse(405, "{ method TRACE CONNECT }"),
    ...refuse(
      400,
      String.raw`{ pathq -m reg '^(?:/[\x21\x22\x24-\x5b\x5d-\x7e]*|[*])$' }`,
      "unless",
    ),
    ...refuse(400, "{ url -m beg / } || { method OPTIONS }", "unless"),
    ...refuse(400, "{ method GET HEAD } { req.hdr(transfer-encoding) -m found }"),
    ...refuse(400, "{ method GET HEAD } { req.hdr(content-length),add(0) gt 0 }"),
    ...refuse(417, "{ req.fhdr_cnt(expect) gt 1 }"),
    ...refuse(417, "{ req.fhdr(expect) -m found } !{ req.fhdr(expect),lower -m str 100-continue }"),
    ...refuse(
      400,
      "{ req.hdr(connection) -m found } !{ req.fhdr(connection) -m reg -i '^(?:(?:close|keep-alive|upgrade)(?:[ \\t]*,[ \\t]*|$))*$' }",
    ),
    ...webSockets(),
    "",
    "    # Nothing that claims who somebody is, in any case and with any separator; what the Worker says of the visitor stays",
    "    # where it is said once.",
    ...KEPT_IDENTITY.map(
      (name) =>
        `    http-request set-var(txn.${name.replaceAll("-", "_")}) req.fhdr(${name}) if { req.fhdr_cnt(${name}) eq 1 }`,
    ),
    "    http-request set-var(txn.asked) req.fhdr(x-forwarded-host) if { req.fhdr_cnt(x-forwarded-host) eq 1 }",
    ...identityPatterns().map(
      (pattern) => `    http-request del-header ${quoteHaproxy(pattern, "")} -m reg`,
    ),
    "    http-request del-header '^(?:proxy|host.|content[^a-z0-9-]length|transfer[^a-z0-9-]encoding)$' -m reg",
    "",
    ...origins.map(
      ({ originHostname }, at) =>
        `    use_backend pullproof_${at} if { var(txn.sni) -m str ${originHostname} }`,
    ),
    "    default_backend pullproof_nobody",
    "",
    "backend pullproof_nobody from pullproof",
    ...refuse(421, ""),
    "",
  ];
}

/** No Upgrade but a whole WebSocket handshake (RFC 6455 4.2.1). */
function webSockets(): readonly string[] {
  const upgrade = "{ req.hdr(upgrade) -m found }";
  const whole = [
    "{ method GET }",
    "{ req.fhdr_cnt(upgrade) eq 1 }",
    "{ req.fhdr(upgrade) -m str -i websocket }",
    "{ req.fhdr(connection),lower -m sub upgrade }",
    "{ req.fhdr(sec-websocket-version) -m str 13 }",
    "{ req.fhdr_cnt(sec-websocket-key) eq 1 }",
    "{ req.fhdr(sec-websocket-key) -m reg '^[A-Za-z0-9+/]{22}==$' }",
  ];
  return whole.flatMap((part) => refuse(400, `${upgrade} !${part}`));
}

/** An answer of the server's own, with an id that the log has too. */
export function refuse(status: number, condition: string, word = "if"): readonly string[] {
  const when = condition === "" ? "" : ` ${word} ${condition}`;
  return [
    `    http-request return status ${status} hdr Pull-Refusal '%[var(txn.id)]' hdr Cache-Control no-store${when}`,
  ];
}
