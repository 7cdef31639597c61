import { listAttempts } from "../local-world/attempts.ts";
import {
  commandLines,
  commandsByHand,
  edgeCommandsByHand,
  shown,
  type ByHand,
} from "../local-world/by-hand.ts";
import { listEdgeAttempts } from "../local-world/edge-attempts.ts";
import type { LocalWorld } from "../local-world/local-world.ts";
import type { Row } from "../local-world/run-attempts.ts";
import { drawTable, markOf, reasonOf } from "../local-world/table.ts";
import type { Speaker } from "../manners/io.ts";

/** The table for people, as it stands in a world that is up, or (`once`) about to go. */
export function showTable(
  world: LocalWorld,
  rows: readonly Row[],
  out: Speaker,
  once: boolean,
): void {
  const { green, red, bold, dim } = out.colours;
  const wrong = rows.filter(({ asItShouldBe }) => !asItShouldBe).length;

  out.line();
  out.line(`  ${bold("pullproof")} ${dim("·")} the local world: ${dim(summaryOf(world))}`);
  out.line();
  for (const line of drawTable(rows, out)) out.line(line);
  out.line();
  const verdict =
    wrong === 0
      ? green(`All ${rows.length} as they should be.`)
      : red(`${wrong} of ${rows.length} not as they should be.`);
  const gotThrough = rows.some((row) => markOf(row).mark === "!");
  const remark = gotThrough ? dim(" Each ! is an origin without the verifier.") : "";
  out.line(`  ${verdict}${remark}`);
  if (world.mapping.entries.some(({ accept }) => accept.mode !== "enforce"))
    out.line(`  ${dim("Every entry enforces here, those in report mode too.")}`);
  if (once) out.line(`  ${dim("Without --once it stays up, with commands to try by hand.")}`);
  else showSurroundings(world, out);
}

/** Where everything is, and what to do with it. */
function showSurroundings(world: LocalWorld, out: Speaker): void {
  const { bold, dim, cyan } = out.colours;
  const { name, page } = pageOf(world);
  out.line();
  for (const [listener, where, what] of addressesOf(world)) {
    out.line(`  ${bold(listener.padEnd(12))} ${cyan(where)}  ${dim(what)}`);
  }
  out.line();
  out.line(`  ${bold("Try it by hand")}`);
  for (const { about, command } of commandsOf(world)) {
    out.line(`  ${dim(`# ${about}`)}`);
    for (const line of commandLines(command, out.columns - 2)) out.line(`  ${line}`);
  }
  out.line(`  ${dim(`# in a browser: put "127.0.0.1 ${name}" into /etc/hosts, then open`)}`);
  out.line(`  ${cyan(page)}`);
  out.line();
  for (const line of keptInWords(world)) out.line(`  ${dim(line)}`);
  out.line();
  out.line(`  ${bold("Each pull from here on")}`);
}

function keptInWords({ workerUrl }: LocalWorld): readonly string[] {
  if (workerUrl !== null) {
    return [
      "The Worker reloads when worker/ or mapping.json is saved; the verifier keeps",
      "the mapping that it was started with. Ctrl-C stops everything.",
    ];
  }
  return [
    "The edge and the verifier keep the mapping that they were started with.",
    "Ctrl-C stops everything.",
  ];
}

/** What a browser can be led to: a hostname of the Worker's, or of the edge's where there is no Worker. */
function pageOf({ mapping, certificates, workerUrl, ports, edge }: LocalWorld): {
  readonly name: string;
  readonly page: string;
} {
  const isEdges = workerUrl === null;
  const list = isEdges ? listEdgeAttempts : listAttempts;
  const [visit] = list(mapping, certificates);
  const { how } = visit ?? {};
  const name = how?.by === "visitor" || how?.by === "edge-visitor" ? how.hostname : "";
  return { name, page: `http://${name}:${isEdges ? (edge?.port ?? 0) : ports.worker}/` };
}

/** The same as data. */
export function tableAsData(world: LocalWorld, rows: readonly Row[]): object {
  const { workerUrl, applicationUrl, consoleUrl, edge, ports, layout } = world;
  return {
    ok: rows.every(({ asItShouldBe }) => asItShouldBe),
    rows: rows.map((row) => ({
      towards: row.towards,
      tried: row.tried,
      expected: row.expected,
      happened: row.happened,
      asItShouldBe: row.asItShouldBe,
      reason: reasonOf(row),
    })),
    addresses: {
      ...(workerUrl === null ? {} : { worker: workerUrl }),
      origin: `https://127.0.0.1:${ports.origin}`,
      application: applicationUrl,
      console: consoleUrl,
      ...(edge === null
        ? {}
        : { edge: edge.url, openOrigin: `https://127.0.0.1:${edge.open.originPort}` }),
    },
    files: layout.folder,
    byHand: commandsOf(world).map(({ about, command }) => ({ about, command: command.join(" ") })),
  };
}

function commandsOf(world: LocalWorld): readonly ByHand[] {
  const { mapping, certificates } = world;
  return [
    ...commandsByHand(world, listAttempts(mapping, certificates)),
    ...edgeCommandsByHand(world, listEdgeAttempts(mapping, certificates)),
  ];
}

function summaryOf({ mapping, certificates }: LocalWorld): string {
  const hostnames = mapping.entries.length;
  const pulls = certificates.pull.size + new Set(certificates.edge.values()).size;
  return `${counted(hostnames, "hostname")}, ${counted(pulls, "pull certificate")}`;
}

function counted(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? "" : "s"}`;
}

function addressesOf({
  workerUrl,
  applicationUrl,
  consoleUrl,
  edge,
  ports,
  layout,
}: LocalWorld): readonly (readonly [string, string, string])[] {
  const open = edge === null ? "" : `https://127.0.0.1:${edge.open.originPort}`;
  return [
    ...(workerUrl === null ? [] : [["Worker", workerUrl, "for visitors"] as const]),
    ...(edge === null
      ? []
      : [["edge", edge.url, "Cloudflare's, simulated: for visitors"] as const]),
    ["verifier", `https://127.0.0.1:${ports.origin}`, "the origin, for pulls alone"],
    ...(edge === null
      ? []
      : [["open origin", open, "asks nobody: what the verifier is for"] as const]),
    ["application", applicationUrl, edge === null ? "behind the verifier" : "behind both"],
    ["console", consoleUrl, "the verifier's: open it in a browser"],
    [
      "files",
      shown(layout.folder),
      workerUrl === null ? "throwaway certificates" : "throwaway certificates, wrangler.log",
    ],
  ];
}
