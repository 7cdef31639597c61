import type { Problem } from "../../../shared/problem.ts";
import { documents } from "../documents.ts";
import { certificatesPath, type OriginFacts, type RenderFacts } from "../facts.ts";
import { onlyHostname } from "../patterns.ts";
import { knownNames } from "../known-names.ts";
import { pemOf } from "../pem-of.ts";
import { writable } from "../plain-text.ts";
import { rendered, type Rendering, type Shortcoming, type Target } from "../rendering.ts";
import { SUITES_1_2_OF_GO } from "../tls-policy.ts";
import { noReportMode, oneHostname, untriedOf } from "../unmeasured.ts";

/** Traefik 3.4 or newer: dynamic configuration for the file provider. */
export const TRAEFIK: Target = {
  name: "traefik",
  about: "Traefik 3.4 or newer, dynamic configuration (not run by our tests)",
  isMeasured: false,
  handling: {
    use: "a file of the file provider (providers.file.filename), with an entry point `pullproof` of its own on the address that pulls arrive at, and nothing else on it.",
    check: "traefik has none: its log says what it cannot read",
    reload: "by itself, when the file changes (providers.file.watch)",
  },
  shortcomings: () => SHORTCOMINGS,
  get untried() {
    return untriedOf(SHORTCOMINGS, WRITTEN);
  },
  render,
};

const SHORTCOMINGS: readonly Shortcoming[] = [
  {
    promises: ["P17", "P22"],
    why: "It reads no revocation lists. What is revoked when this is rendered is not listed; what is revoked later pulls until it is rendered again.",
  },
  {
    promises: ["P20", "P21", "P23"],
    why: "A connection is judged once, in its handshake. The listed certificates stand here themselves, each as its own anchor, so that the issuer's file is not looked at.",
  },
  {
    promises: ["P29", "P32"],
    why: "Whoever is refused gets an alert, a known peer too: no status, and no id.",
  },
  {
    promises: ["P50"],
    why: "It takes headers away by their whole name alone: of a family (X-SSL-...) the names that are known, with `-` alone.",
  },
  {
    promises: ["P45"],
    why: "No rule of its own looks at bodies of GET and HEAD.",
  },
  {
    promises: ["P7"],
    why: "A name with a dot behind it is no name to Go: the handshake ends in an alert.",
  },
  { promises: ["P33"], why: "The log of pulls is in the static configuration, which is yours." },
  {
    promises: ["P51"],
    why: "It writes X-Forwarded-For and X-Forwarded-Proto anew, unless the entry point trusts the addresses of who pulls (forwardedHeaders.trustedIPs); what is said twice is not taken away then.",
  },
  { promises: ["P63"], why: "An open WebSocket is judged once, in its handshake." },
  {
    promises: ["P70", "P71", "P72", "P73"],
    why: "Report mode is not rendered: nothing would end it.",
  },
];

/** What is written for the other promises, by their numbers. */
const WRITTEN: Readonly<Record<string, string>> = {
  "P1 P2": "Session tickets, which are all that Go has, are turned off.",
  P6: "Versions, suites and ALPN are named; what may sign is Go's own.",
  "P8 P9 P10 P19": "Nothing that breaks them is listed.",
  "P11 P12 P13 P16":
    "The listed certificates are the only anchors; for the shared issuer, its file.",
  "P40 P65":
    "A rule takes one Host, whose TLS options are its own; there is one hostname, and it is written.",
  P56: "Host is written anew.",
  P64: "The header is taken from answers.",
};

function render(facts: RenderFacts): Rendering {
  const problems = [
    ...noReportMode(facts, "Traefik"),
    ...oneHostname(facts, "Traefik"),
    ...named(facts),
  ];
  return rendered(problems, () => {
    const { origins } = facts;
    const of = (value: (origin: OriginFacts) => object): object =>
      Object.fromEntries(origins.map((origin, at) => [`pullproof-${at}`, value(origin)]));
    const dynamic = {
      tls: {
        certificates: origins.map(({ certificate, key, originHostname }) => ({
          certFile: writable(certificate, `origins.${originHostname}.certificate`),
          keyFile: writable(key, `origins.${originHostname}.key`),
        })),
        options: of(tlsOptions),
      },
      http: {
        routers: Object.fromEntries(
          origins.map(({ originHostname }, at) => [
            `pullproof-${at}`,
            {
              entryPoints: ["pullproof"],
              rule: `Host(\`${originHostname}\`)`,
              service: `pullproof-${at}`,
              middlewares: [`pullproof-${at}`],
              tls: { options: `pullproof-${at}` },
            },
          ]),
        ),
        middlewares: of(headers),
        services: of(service),
      },
    };
    return [{ name: "pullproof.yaml", text: documents(TRAEFIK, facts, [dynamic]) }];
  });
}

/**
 * Go takes a certificate that is among its anchors for good by itself, and lets one that is no CA vouch for no other: so a
 * list of anchors is a list of accepted certificates.
 */
function tlsOptions({ accepts, issuer }: OriginFacts): object {
  const anchors =
    accepts.by === "list"
      ? accepts.certificates.map(({ der }) => pemOf(der))
      : [writable(issuer.certificates, `issuers.${issuer.name}.certificates`)];
  return {
    minVersion: "VersionTLS12",
    cipherSuites: SUITES_1_2_OF_GO,
    sniStrict: true,
    disableSessionTickets: true,
    alpnProtocols: ["http/1.1"],
    clientAuth: { caFiles: anchors, clientAuthType: "RequireAndVerifyClientCert" },
  };
}

function headers(origin: OriginFacts): object {
  const { accepts, authority } = origin;
  const hostname = onlyHostname(origin) ?? "";
  const [first, ...others] = accepts.by === "list" ? accepts.certificates : [];
  // An empty value takes a header away.
  const away = Object.fromEntries(knownNames().map((name) => [name, ""]));
  return {
    headers: {
      customRequestHeaders: {
        ...away,
        Host: authority,
        "x-forwarded-host": hostname,
        "x-pull-hostname": hostname,
        "x-pull-verdict": "accepted",
        // Where there is one certificate it is this one; Traefik cannot say which of several.
        "x-pull-fingerprint": others.length === 0 ? (first?.fingerprint ?? "") : "",
        "client-cert": others.length === 0 && first !== undefined ? `:${first.der}:` : "",
      },
      customResponseHeaders: { "Pull-Refusal": "" },
    },
  };
}

function service({ application }: OriginFacts): object {
  const address = application.by === "tcp" ? application : { host: "127.0.0.1", port: 80 };
  const host = address.host.includes(":") ? `[${address.host}]` : address.host;
  return {
    loadBalancer: { passHostHeader: true, servers: [{ url: `http://${host}:${address.port}` }] },
  };
}

function named({ origins }: RenderFacts): readonly Problem[] {
  return origins.flatMap((origin) => {
    const found: Problem[] = [];
    if (origin.accepts.by === "issuer" && origin.accepts.names.length > 0)
      found.push({
        path: certificatesPath(origin),
        message:
          'Traefik cannot hold the DNS names of a certificate against a list, so that "issued" would accept every certificate of the issuer: list fingerprints',
      });
    if (origin.application.by === "unix")
      found.push({
        path: `origins.${origin.originHostname}.application`,
        message: "Traefik dials no Unix sockets: let the application listen on loopback",
      });
    return found;
  });
}
