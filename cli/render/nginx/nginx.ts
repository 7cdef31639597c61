import type { Problem } from "../../../shared/problem.ts";
import { certificatesPath, type RenderFacts } from "../facts.ts";
import { commented, notes } from "../notes.ts";
import { rendered, type Rendering, type Shortcoming, type Target } from "../rendering.ts";
import { logFormat, originMaps, requestMaps } from "./maps.ts";
import { defaultServer, originServer, upstream } from "./server.ts";

/** nginx 1.19.4 or newer, as a reverse proxy. */
export const NGINX: Target = {
  name: "nginx",
  about: "nginx 1.19.4 or newer",
  isMeasured: true,
  handling: {
    use: "a file of its own in the http block (/etc/nginx/conf.d/pullproof.conf). No other server may listen on its address.",
    check: "nginx -t",
    reload: "nginx -t && nginx -s reload, also when a file of an issuer has changed",
  },
  shortcomings,
  render,
};

const SHORTCOMINGS: readonly Shortcoming[] = [
  {
    promises: ["P42", "P43"],
    why: "It takes LF for CR LF, and drops header lines that it cannot read instead of refusing them. It writes every line anew, so that the application reads what nginx read.",
  },
  {
    promises: ["P44", "P49"],
    why: "It takes chunks that end in LF alone, white space behind their sizes, broken trailers, and extensions of any length. It writes every body anew.",
  },
  {
    promises: ["P47"],
    why: "It does not tell an empty Expect from none.",
  },
  {
    promises: ["P48"],
    why: "Bytes that a peer sends behind the head of a WebSocket handshake, before the application's 101, reach the application after it; of two keys the first counts.",
  },
  {
    promises: ["P51"],
    why: "Of X-Forwarded-Proto and CF-Connecting-IP that are said twice the first passes, and X-Forwarded-For is joined; the verifier removes all of them.",
  },
  {
    promises: ["P61"],
    why: "It joins the two sides after any 101 of the application's, also one to another protocol than a WebSocket's.",
  },
  {
    promises: ["P63"],
    why: "An open WebSocket goes on past the end of its certificate and after a reload without it, until it is quiet for a minute; worker_shutdown_timeout, in the main block, bounds the second.",
  },
  {
    promises: [],
    why: "Request headers pass by a list of names alone: those of the application's own are named with --pass.",
  },
];

function shortcomings({ origins }: RenderFacts): readonly Shortcoming[] {
  const reporting = origins.some(({ reportUntil }) => reportUntil !== null);
  return reporting ? [...SHORTCOMINGS, REPORTING] : SHORTCOMINGS;
}

const REPORTING: Shortcoming = {
  promises: [],
  why: "In report mode certificates that nginx finds broken or expired are refused all the same, and the reason in the log is nginx's own.",
};

function render(facts: RenderFacts): Rendering {
  return rendered(problems(facts), () => {
    const { origins } = facts;
    const lines = [
      ...commented("#", notes(NGINX, facts)),
      "",
      ...longNames(facts),
      ...logFormat(facts),
      ...requestMaps(),
      "map $pullproof_upgrade $pullproof_upgrade_to {",
      '    default "";',
      '    "~^upgrade$" websocket;',
      "}",
      "",
      ...origins.flatMap(originMaps),
      ...origins.flatMap(upstream),
      ...defaultServer(facts),
      ...origins.flatMap((origin, at) => originServer(origin, at, facts)),
    ];
    return [{ name: "pullproof.conf", text: `${lines.join("\n").trimEnd()}\n` }];
  });
}

/** nginx's table of names has places of 64 bytes where the machine has such cache lines, and does not start for a longer name. */
function longNames({ origins }: RenderFacts): readonly string[] {
  const longest = Math.max(...origins.map(({ originHostname }) => originHostname.length));
  return longest <= 40 ? [] : ["server_names_hash_bucket_size 512;", ""];
}

function problems({ origins }: RenderFacts): readonly Problem[] {
  return origins.flatMap((origin) =>
    origin.accepts.by === "issuer" && origin.accepts.names.length > 0
      ? [
          {
            path: certificatesPath(origin),
            message:
              'nginx cannot read the DNS names of a certificate, so that "issued" would accept every certificate of the issuer: list fingerprints, or render caddy, apache or envoy',
          },
        ]
      : [],
  );
}
