import { commented, notes } from "../notes.ts";
import type { RenderFacts } from "../facts.ts";
import { rendered, type Rendering, type Shortcoming, type Target } from "../rendering.ts";
import { nobodysHost, originHost } from "./virtual-host.ts";

/** Apache httpd 2.4.47 or newer, as a reverse proxy. */
export const APACHE: Target = {
  name: "apache",
  about: "Apache httpd 2.4.47 or newer",
  isMeasured: true,
  handling: {
    use: "a file of its own that the main configuration includes (/etc/apache2/sites-enabled/pullproof.conf), with mod_ssl, mod_proxy, mod_proxy_http, mod_rewrite, mod_headers, mod_setenvif, mod_reqtimeout, mod_unique_id and mod_authz_core (a2enmod). No other virtual host may use its address.",
    check: "apachectl configtest",
    reload: "apachectl configtest && apachectl graceful, also when a file of an issuer has changed",
  },
  shortcomings,
  render,
};

const SHORTCOMINGS: readonly Shortcoming[] = [
  {
    promises: ["P15"],
    why: "Its check does not open what a certificate file holds, and a reload with one that cannot be read ends it. Look first: pullproof check.",
  },
  {
    promises: ["P7"],
    why: "A name with a dot behind it is no name to mod_ssl: the handshake ends in an alert.",
  },
  { promises: ["P26"], why: "Plain HTTP on the port gets a 400 that says so." },
  {
    promises: ["P40", "P44"],
    why: "It unfolds lines, drops Content-Length beside Transfer-Encoding, and takes white space behind a chunk's size. It writes every line and body anew, so that the application reads what Apache read.",
  },
  { promises: ["P47"], why: "It does not tell an empty Expect from none." },
  {
    promises: ["P48"],
    why: "Bytes that a peer sends behind the head of a WebSocket handshake, before the application's 101, reach the application.",
  },
  {
    promises: ["P50"],
    why: "It takes headers away by their whole name alone, which all names do that a rule here lists. Of the other members of a family (X-Pull-Anything, X-SSL-Anything) one makes the request a bad one, unless the last of them in the request is empty: then they pass.",
  },
  {
    promises: ["P51"],
    why: "An X-Forwarded-For that is said twice is joined; the verifier removes both.",
  },
  {
    promises: ["P63"],
    why: "An open WebSocket goes on past the end of its certificate and after a reload without it, until it is quiet for a minute (ProxyTimeout).",
  },
];

function shortcomings({ origins }: RenderFacts): readonly Shortcoming[] {
  const issued = origins.some(({ accepts }) => accepts.by === "issuer" && accepts.names.length > 0);
  return issued ? [...SHORTCOMINGS, ISSUED] : SHORTCOMINGS;
}

const ISSUED: Shortcoming = {
  promises: [],
  why: "Of certificates that are issued, and not listed, nothing is held but the issuer's signature, the dates and the names: a CA's and a weak one pull too (P8, P9, P10, P19), and the application is not told which it was.",
};

function render(facts: RenderFacts): Rendering {
  return rendered([], () => {
    const lines = [
      ...commented("#", notes(APACHE, facts)),
      "",
      ...wholeServer(facts),
      ...nobodysHost(facts),
      ...facts.origins.flatMap((origin) => originHost(origin, facts)),
    ];
    return [{ name: "pullproof.conf", text: `${lines.join("\n").trimEnd()}\n` }];
  });
}

/** What cannot be said of one virtual host alone. */
function wholeServer({ listen: { host, port } }: RenderFacts): readonly string[] {
  return [
    `Listen ${host.includes(":") ? `[${host}]` : host}:${port} https`,
    "# Else whoever connects and says nothing is the kernel's, past every bound of ours.",
    "AcceptFilter https none",
    "# A session would be resumed under another name, past the certificate (CVE-2025-23048).",
    "SSLSessionCache none",
    "ServerTokens Prod",
    "# For the log: what else a peer writes there Apache escapes as no JSON is escaped.",
    'SetEnvIf Host "^([A-Za-z0-9.:-]+)$" PULLPROOF_HOST=$1',
    'LogFormat "{\\"time\\":\\"%{%Y-%m-%dT%H:%M:%S%z}t\\",\\"id\\":\\"%{Pull-Refusal}o\\",\\"status\\":%>s,\\"accepted\\":\\"%{PULLPROOF_ACCEPTED}e\\",\\"verify\\":\\"%{SSL_CLIENT_VERIFY}x\\",\\"sni\\":\\"%{SSL_TLS_SNI}x\\",\\"host\\":\\"%{PULLPROOF_HOST}e\\",\\"remote\\":\\"%a\\"}" pullproof',
    "",
  ];
}
