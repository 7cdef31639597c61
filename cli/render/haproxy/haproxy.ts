import { pathTo, type Problem } from "../../../shared/problem.ts";
import { certificatesPath, type RenderFacts } from "../facts.ts";
import { commented, notes } from "../notes.ts";
import { rendered, type Rendering, type Shortcoming, type Target } from "../rendering.ts";
import { backend, crtListLine } from "./backend.ts";
import { frontend, globalSection } from "./frontend.ts";

/** HAProxy 2.6 or newer. */
export const HAPROXY: Target = {
  name: "haproxy",
  about: "HAProxy 2.6 or newer",
  isMeasured: true,
  handling: {
    use: "haproxy.cfg by itself, or after your own files (-f yours.cfg -f haproxy.cfg); pullproof.crt-list beside it. The key of origin.pem lies in origin.pem.key, or in the same file.",
    check: "haproxy -c -f haproxy.cfg",
    reload:
      "haproxy -c -f haproxy.cfg && kill -USR2 the master (systemctl reload haproxy does both), also when a file of an issuer has changed",
  },
  shortcomings: () => SHORTCOMINGS,
  render,
};

const SHORTCOMINGS: readonly Shortcoming[] = [
  {
    promises: ["P6"],
    why: "A TLS 1.2 handshake may be signed with SHA-224 (sigalgs needs HAProxy 2.8), and a peer that offers nothing but HTTP/2 gets no alert, but HTTP/1.1.",
  },
  {
    promises: ["P25"],
    why: "A request whose body stops is held until `timeout server` (60 s).",
  },
  {
    promises: ["P40"],
    why: "Two Host lines that say the same become one before any rule sees them, and a folded one becomes one line.",
  },
  {
    promises: ["P42", "P43"],
    why: "It takes LF for CR LF, and a tab for the space of a request line. It writes every line anew, so that the application reads what HAProxy read.",
  },
  {
    promises: ["P44"],
    why: "It makes one of equal Content-Lengths, drops Content-Length beside Transfer-Encoding, unfolds lines, and takes chunks that end in LF alone. It writes every body anew.",
  },
  {
    promises: ["P48"],
    why: "Bytes that a peer sends behind the head of a WebSocket handshake, before the application's 101, reach the application.",
  },
  {
    promises: ["P63"],
    why: "An open WebSocket goes on past the end of its certificate, for an hour (`timeout tunnel`), and after a reload without it for 30 s (`hard-stop-after`).",
  },
  {
    promises: ["P71"],
    why: "While one origin hostname is in report mode, strangers at the others get a 403 with an id instead of an alert.",
  },
];

function render(facts: RenderFacts): Rendering {
  return rendered(problems(facts), () => {
    const { origins } = facts;
    const lines = [
      ...commented("#", notes(HAPROXY, facts)),
      "",
      ...globalSection(),
      ...frontend(facts),
      ...origins.flatMap(backend),
    ];
    return [
      { name: "haproxy.cfg", text: `${lines.join("\n").trimEnd()}\n` },
      { name: "pullproof.crt-list", text: `${origins.map(crtListLine).join("\n")}\n` },
    ];
  });
}

function problems({ origins }: RenderFacts): readonly Problem[] {
  return origins.flatMap((origin) => {
    const { accepts, certificate, key, originHostname } = origin;
    const found: Problem[] = [];
    if (accepts.by === "issuer" && accepts.names.length > 0)
      found.push({
        path: certificatesPath(origin),
        message:
          'HAProxy cannot read the DNS names of a certificate, so that "issued" would accept every certificate of the issuer: list fingerprints, or render caddy, apache or envoy',
      });
    if (key !== certificate && key !== `${certificate}.key`)
      found.push({
        path: `${pathTo("origins", originHostname)}.key`,
        message: `HAProxy reads the key of ${JSON.stringify(certificate)} from the same file, or from the same name with .key behind it: name one of the two`,
      });
    return found;
  });
}
