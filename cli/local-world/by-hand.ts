import { relative } from "node:path";
import type { Attempt } from "./attempts.ts";
import type { LocalWorld } from "./local-world.ts";
import type { PairPaths } from "./layout.ts";
import { shellQuote } from "../manners/shell-quote.ts";

/** A command to try, and what to expect of it. */
export interface ByHand {
  readonly about: string;
  /** The command's parts; joined by spaces they are the command. A part is never broken. */
  readonly command: readonly string[];
}

/** Commands that do by hand what the table shows of the Worker, for a shell in the current folder; none where there is no Worker. Each of them works as it stands. */
export function commandsByHand(
  world: Pick<LocalWorld, "workerUrl" | "ports" | "certificates" | "layout">,
  attempts: readonly Attempt[],
): readonly ByHand[] {
  const visits = attempts.flatMap(({ how, expected }) =>
    how.by === "visitor" && "binding" in expected ? [{ how, expected }] : [],
  );
  const pulls = attempts.flatMap(({ how }) => (how.by === "stranger" ? [how] : []));
  const [visit] = visits;
  const [pull] = pulls;
  const { workerUrl, ports, certificates } = world;
  if (visit === undefined || pull === undefined || workerUrl === null) return [];

  const host = hostHeader(visit.how.hostname);
  const own = certificates.pull.get(visit.expected.binding);
  const straight = [
    "curl -sS",
    `--resolve ${pull.sni}:${ports.origin}:127.0.0.1`,
    `--cacert ${shown(certificates.originIssuer.paths.certificate)}`,
  ];
  const url = `https://${pull.sni}:${ports.origin}/`;
  return [
    ...visits.map(({ how }) => ({
      about: `${how.hostname}, through the Worker`,
      command: ["curl -sS", hostHeader(how.hostname), `${workerUrl}/`],
    })),
    {
      about: "a body there and back",
      command: ["curl -sS", host, "--data-binary hello", `${workerUrl}/echo`],
    },
    {
      about: "straight to the origin: no answer, and here you read why",
      command: [...straight, url],
    },
    ...(own === undefined
      ? []
      : [
          {
            about: "the same with the right certificate: whoever holds its key may pull",
            command: [...straight, ...presenting(own.paths), url],
          },
        ]),
    {
      about: "the same with a certificate of another issuer",
      command: [...straight, ...presenting(certificates.stranger.paths), url],
    },
  ];
}

/** The same for the edge and the two origins behind it; none where there is no edge. */
export function edgeCommandsByHand(
  { edge, ports, certificates }: Pick<LocalWorld, "edge" | "ports" | "certificates">,
  attempts: readonly Attempt[],
): readonly ByHand[] {
  const visit = attempts.find(({ how }) => how.by === "edge-visitor")?.how;
  const outside = attempts.find(({ how }) => how.by === "outsider")?.how;
  if (edge === null || visit?.by !== "edge-visitor" || outside?.by !== "outsider") return [];
  const straight = (port: number): readonly string[] => [
    "curl -sS",
    `--resolve ${outside.originHostname}:${port}:127.0.0.1`,
    `--cacert ${shown(certificates.originIssuer.paths.certificate)}`,
    `https://${outside.originHostname}:${port}/`,
  ];
  return [
    {
      about: `${visit.hostname}, through the edge`,
      command: ["curl -sS", hostHeader(visit.hostname), `${edge.url}/`],
    },
    {
      about: "past the edge, Authenticated Origin Pulls off: it gets through",
      command: straight(edge.open.originPort),
    },
    { about: "past the edge, on: no answer", command: straight(ports.origin) },
  ];
}

function hostHeader(hostname: string): string {
  return `-H 'Host: ${hostname}'`;
}

function presenting({ certificate, key }: PairPaths): readonly string[] {
  return [`--cert ${shown(certificate)}`, `--key ${shown(key)}`];
}

/** A command on as few lines as fit, each but the last ending in the shell's sign for "goes on". */
export function commandLines(command: readonly string[], columns: number): readonly string[] {
  const lines: string[] = [];
  let line = "";
  for (const part of command) {
    const longer = line === "" ? part : `${line} ${part}`;
    if (line !== "" && longer.length + 2 > columns) {
      lines.push(`${line} \\`);
      line = `  ${part}`;
    } else {
      line = longer;
    }
  }
  return [...lines, line];
}

/** A path as one types it: relative to here where that is shorter, quoted where the shell would split it. */
export function shown(path: string): string {
  const here = relative(process.cwd(), path);
  const shorter = here.length < path.length ? here : path;
  return shellQuote(shorter);
}
