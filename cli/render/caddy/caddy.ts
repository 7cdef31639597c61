import type { OriginFacts, RenderFacts } from "../facts.ts";
import { notes } from "../notes.ts";
import { rendered, type Rendering, type Shortcoming, type Target } from "../rendering.ts";
import { caddyPath, connectionPolicy, originRoute } from "./origin-route.ts";
import { refusal, requestRoutes, when } from "./request-routes.ts";

/** Caddy 2.6 or newer, in its own JSON: a Caddyfile cannot turn session tickets off. */
export const CADDY: Target = {
  name: "caddy",
  about: "Caddy 2.6 or newer (its own JSON)",
  isMeasured: true,
  handling: {
    use: "caddy run --config caddy.json. Its admin socket lies beside it: whoever may write there may change everything.",
    check: "caddy validate --config caddy.json",
    reload:
      "caddy validate --config caddy.json && caddy reload --force --config caddy.json --address unix//FOLDER/caddy-admin.sock, also when a file of an issuer has changed",
  },
  shortcomings,
  render,
};

const SHORTCOMINGS: readonly Shortcoming[] = [
  {
    promises: ["P7"],
    why: "A name with a dot behind it is no name to Go: the handshake ends in an alert.",
  },
  {
    promises: ["P15"],
    why: "An issuer's file that holds nothing readable counts as empty, for its check and at a reload: then nobody pulls. Look first: pullproof check.",
  },
  {
    promises: ["P17", "P22"],
    why: "It reads no revocation lists. What is revoked when this is rendered is not listed; what is revoked later pulls until it is rendered again.",
  },
  {
    promises: ["P25"],
    why: "A request whose body stops is held: Go's only bound is one for whole requests, long uploads among them.",
  },
  { promises: ["P26"], why: "Plain HTTP on the port gets a 400 that says so, from Go itself." },
  {
    promises: ["P40", "P42", "P43"],
    why: "It refuses a Host with a dot behind it. It takes LF for CR LF, folded lines, and header lines without a name. It writes every line anew, so that the application reads what Caddy read.",
  },
  {
    promises: ["P44"],
    why: "It takes equal Content-Lengths, Content-Length beside Transfer-Encoding, folded lines, and chunks that end in LF alone. It writes every body anew.",
  },
  {
    promises: ["P45"],
    why: "It does not show a rule that a GET or HEAD has a body in chunks: it passes, framed anew.",
  },
  {
    promises: ["P48"],
    why: "Bytes that a peer sends behind the head of a WebSocket handshake, before the application's 101, reach the application.",
  },
  {
    promises: ["P63"],
    why: "An open WebSocket goes on past the end of its certificate. A reload ends all that are open.",
  },
];

function shortcomings({ origins }: RenderFacts): readonly Shortcoming[] {
  return origins.some(({ reportUntil }) => reportUntil !== null)
    ? [...SHORTCOMINGS, REPORTING]
    : SHORTCOMINGS;
}

const REPORTING: Shortcoming = {
  promises: [],
  why: "In report mode the log does not say why a certificate would be refused.",
};

function render(facts: RenderFacts): Rendering {
  return rendered([], () => {
    const { listen, origins, folder, log } = facts;
    const address = listen.host.includes(":") ? `[${listen.host}]` : listen.host;
    const server = {
      routes: [notesRoute(facts), ...requestRoutes(), ...origins.map(originRoute), refusal(421)],
      listen: [`tcp/${address}:${listen.port}`],
      protocols: ["h1"],
      automatic_https: { disable: true },
      strict_sni_host: true,
      read_header_timeout: "10s",
      idle_timeout: "20s",
      max_header_bytes: 16_384,
      tls_connection_policies: origins.map(connectionPolicy),
      logs: { default_logger_name: "pullproof" },
      errors: { routes: [refusal(421, [when("{http.error.status_code} == 421")]), refusal(502)] },
    };
    const configuration = {
      apps: {
        http: {
          servers: {
            pullproof: server,
          },
        },
        tls: {
          certificates: {
            load_files: loadFiles(facts),
          },
          // A session would be resumed under another name, past the certificate (the class of CVE-2025-68121).
          session_tickets: { disabled: true },
        },
      },
      admin: { listen: `unix/${caddyPath(folder, "--place")}/caddy-admin.sock` },
      logging: {
        logs: {
          pullproof: {
            writer: { output: "file", filename: caddyPath(log, "--log") },
            encoder: { format: "json" },
            include: ["http.log.access.pullproof"],
          },
        },
      },
    };
    return [{ name: "caddy.json", text: `${JSON.stringify(configuration, null, 2)}\n` }];
  });
}

function same(one: OriginFacts, other: OriginFacts): boolean {
  return one.certificate === other.certificate && one.key === other.key;
}

/** Each file once, with every name that is served with it: of two, Caddy forgets the second with its tags. */
function loadFiles({ origins }: RenderFacts): readonly object[] {
  return origins
    .filter((origin, at) => origins.findIndex((one) => same(one, origin)) === at)
    .map((origin) => {
      const { certificate, key, originHostname } = origin;
      return {
        certificate: caddyPath(certificate, `origins.${originHostname}.certificate`),
        key: caddyPath(key, `origins.${originHostname}.key`),
        tags: origins.filter((one) => same(one, origin)).map((one) => one.originHostname),
      };
    });
}

/** JSON has no comments: a variable of a route that no request comes to, the first thing in the file. */
function notesRoute(facts: RenderFacts): object {
  return {
    match: [{ host: ["notes.invalid"], method: ["NOTES"] }],
    handle: [{ handler: "vars", notes: notes(CADDY, facts) }],
  };
}
