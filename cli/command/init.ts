import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, resolve } from "node:path";
import { Command, Option } from "commander";
import { writeFiles } from "../certificates/write-files.ts";
import { hasOwnMapping } from "../init/find-standing.ts";
import {
  edgeGroups,
  groupHosts,
  parseEdgeHost,
  parseHost,
  type HostAndOrigins,
  type PlannedGroup,
} from "../init/planned-hosts.ts";
import { prepareAdd } from "../init/prepare-add.ts";
import { prepareInit, type PreparedInit } from "../init/prepare-init.ts";
import type { Io } from "../manners/io.ts";
import { usage } from "./arguments.ts";
import { showFiles, tellInit, type Manner } from "./init-output.ts";
import { readIssuerName } from "./issuer-name.ts";

interface InitFlags extends Manner {
  readonly host?: readonly string[];
  readonly add?: readonly string[];
  readonly edge?: readonly string[];
  readonly issuerName: string;
  readonly dryRun?: boolean;
}

const TYPES = "scripts/generate-types.ts";
const ABOUT = `
Writes, in the current folder: mapping.json, the bindings of wrangler.toml (a new one where
there is none; comments are kept where there is one), its local twin, a first issuer and a
pull certificate for each hostname. On a terminal it asks what the Worker answers; elsewhere
it takes --host. With --edge Cloudflare's edge presents, by Authenticated Origin Pulls: where
it does for every hostname there is no Worker, and nothing of wrangler's is written. Alone,
--edge adds to a mapping that is there.
Nothing of yours is overwritten, and nothing is written that pullproof check would refuse.

Examples:
  pullproof init
  pullproof init --host shop.example.com=origin-shop.example.net --host blog.example.com=origin-blog.example.net
  pullproof init --host shop.example.com=origin-a.example.net,origin-b.example.net
  pullproof init --host shop.example.com=origin-shop.example.net --dry-run
  pullproof init --add api.example.com=origin-api.example.net
  pullproof init --edge www.example.com --edge docs.example.com`;

/** `pullproof init`: everything that a first pull needs. */
export function initCommand(io: Io): Command {
  return new Command("init")
    .description(
      "write the mapping, wrangler's bindings, the local twin and the first certificates",
    )
    .option(
      "--host <hostname=origin>",
      "a hostname and where its origin is, or its origins are: a,b (repeat it)",
      (raw: string, before: readonly string[] | undefined) => [...(before ?? []), raw],
    )
    .addOption(
      new Option("--add <hostname=origin>", "one more for a project that is there (repeat it)")
        .argParser((raw: string, before: readonly string[] | undefined) => [...(before ?? []), raw])
        .conflicts("host"),
    )
    .option(
      "--edge <hostname>",
      "one that the edge presents for, without a Worker; alone, or beside the others (repeat it)",
      (raw: string, before: readonly string[] | undefined) => [...(before ?? []), raw],
    )
    .option("--issuer-name <name>", "what the first issuer is called", "Own pulls")
    .option("--dry-run", "show every file, and write none")
    .option("--json", "print what was written as JSON")
    .addHelpText("after", ABOUT)
    .action(async (flags: InitFlags) => await init(flags, io));
}

async function init(flags: InitFlags, io: Io): Promise<void> {
  const { groups, prepared } = await prepare(flags, io);
  if (flags.dryRun === true) {
    showFiles(prepared, flags, io);
    return;
  }
  writeFiles(prepared.files, "refuse");
  const typesAre = prepared.hasTypes ? generateTypes() : "current";
  tellInit(prepared, groups, typesAre, flags, io);
}

async function prepare(
  flags: InitFlags,
  io: Io,
): Promise<{ readonly groups: readonly PlannedGroup[]; readonly prepared: PreparedInit }> {
  const name = readIssuerName(flags.issuerName, 'pullproof init --issuer-name "Own pulls"');
  const edges = readHosts(flags.edge ?? [], "--edge");
  const named = await readNamed(flags, io);
  refuseTwice([...named, ...edges], flags);
  const groups = [...groupHosts(named), ...edgeGroups(edges)];
  // --edge alone is a beginning where there is nothing to be added to.
  const isAlone = flags.host === undefined && flags.edge !== undefined;
  if (flags.add !== undefined || (isAlone && hasOwnMapping())) {
    const prepared = await prepareAdd(groups, new Date());
    return { groups: prepared.groups, prepared };
  }
  return { groups, prepared: await prepareInit(groups, name, new Date()) };
}

/** The hostnames of a Worker's; asked for where no flag names any. */
async function readNamed(flags: InitFlags, io: Io): Promise<readonly HostAndOrigins[]> {
  if (flags.add !== undefined) return readHosts(flags.add, "--add");
  if (flags.host !== undefined) return readHosts(flags.host, "--host");
  return flags.edge === undefined ? await ask(flags, io) : [];
}

/** Never asks where nobody could answer: a script that hangs is worse than one that fails. */
async function ask({ json }: InitFlags, io: Io): Promise<readonly HostAndOrigins[]> {
  if (json === true || !io.out.isTerminal || !process.stdin.isTTY) {
    throw usage(
      "which hostnames, and where are their origins? (nobody to ask: this is no terminal)",
      "pullproof init --host shop.example.com=origin-shop.example.net; or, without a Worker: pullproof init --edge www.example.com",
    );
  }
  const { askForHosts } = await import("./init-ask.ts");
  return await askForHosts();
}

const EXAMPLES = {
  "--host": "shop.example.com=origin-shop.example.net",
  "--add": "shop.example.com=origin-shop.example.net",
  "--edge": "www.example.com",
} as const;

function readHosts(raw: readonly string[], flag: keyof typeof EXAMPLES): readonly HostAndOrigins[] {
  return raw.map((text) => {
    const host = flag === "--edge" ? parseEdgeHost(text) : parseHost(text);
    if (typeof host === "string") throw usage(host, exampleOf(flag));
    return host;
  });
}

function refuseTwice(hosts: readonly HostAndOrigins[], { host, add }: InitFlags): void {
  for (const [index, { hostname }] of hosts.entries()) {
    if (hosts.findIndex((other) => other.hostname === hostname) === index) continue;
    const flag = add !== undefined ? "--add" : host !== undefined ? "--host" : "--edge";
    throw usage(`${hostname} stands twice`, exampleOf(flag));
  }
}

function exampleOf(flag: keyof typeof EXAMPLES): string {
  return `pullproof init ${flag} ${EXAMPLES[flag]}`;
}

/** Of a clone alone: `Env` and the names of the bindings, which the compiler holds against each other. */
function generateTypes(): "current" | "stale" {
  if (!existsSync(TYPES)) return "stale";
  const path = [resolve("node_modules/.bin"), process.env["PATH"] ?? ""].join(delimiter);
  const { status } = spawnSync(process.execPath, [TYPES], { env: { ...process.env, PATH: path } });
  return status === 0 ? "current" : "stale";
}
