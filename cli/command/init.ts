import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, resolve } from "node:path";
import { Command, Option } from "commander";
import { writeFiles, type NewFile } from "../certificates/write-files.ts";
import {
  groupHosts,
  parseHost,
  type HostAndOrigins,
  type PlannedGroup,
} from "../init/planned-hosts.ts";
import { prepareAdd } from "../init/prepare-add.ts";
import { prepareInit, type PreparedInit } from "../init/prepare-init.ts";
import type { Io } from "../manners/io.ts";
import { usage } from "./arguments.ts";
import { tellNext } from "./issue-output.ts";

interface InitFlags {
  readonly host?: readonly string[];
  readonly add?: readonly string[];
  readonly issuerName: string;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

const TYPES = "scripts/generate-types.ts";
const ABOUT = `
Writes, in the current folder: mapping.json, the bindings of wrangler.toml (a new one where
there is none; comments are kept where there is one), its local twin, a first issuer and a
pull certificate for each hostname. On a terminal it asks; elsewhere it takes --host.
Nothing of yours is overwritten, and nothing is written that pullproof check would refuse.

Examples:
  pullproof init
  pullproof init --host shop.example.com=origin-shop.example.net --host blog.example.com=origin-blog.example.net
  pullproof init --host shop.example.com=origin-a.example.net,origin-b.example.net
  pullproof init --host shop.example.com=origin-shop.example.net --dry-run
  pullproof init --add api.example.com=origin-api.example.net`;

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
  tell(prepared, groups, typesAre, flags, io);
}

async function prepare(
  flags: InitFlags,
  io: Io,
): Promise<{ readonly groups: readonly PlannedGroup[]; readonly prepared: PreparedInit }> {
  if (flags.add !== undefined) {
    const prepared = await prepareAdd(groupHosts(readHosts(flags.add, "--add")), new Date());
    return { groups: prepared.groups, prepared };
  }
  const hosts = flags.host === undefined ? await ask(flags, io) : readHosts(flags.host, "--host");
  const groups = groupHosts(hosts);
  return { groups, prepared: await prepareInit(groups, flags.issuerName, new Date()) };
}

/** Never asks where nobody could answer: a script that hangs is worse than one that fails. */
async function ask({ json }: InitFlags, io: Io): Promise<readonly HostAndOrigins[]> {
  if (json === true || !io.out.isTerminal || !process.stdin.isTTY) {
    throw usage(
      "which hostnames, and where are their origins? (nobody to ask: this is no terminal)",
      "pullproof init --host shop.example.com=origin-shop.example.net",
    );
  }
  const { askForHosts } = await import("./init-ask.ts");
  return await askForHosts();
}

function readHosts(raw: readonly string[], flag: string): readonly HostAndOrigins[] {
  const hosts: HostAndOrigins[] = [];
  for (const text of raw) {
    const host = parseHost(text);
    const next = `pullproof init ${flag} shop.example.com=origin-shop.example.net`;
    if (typeof host === "string") throw usage(host, next);
    if (hosts.some(({ hostname }) => hostname === host.hostname)) {
      throw usage(`${host.hostname} stands twice`, next);
    }
    hosts.push(host);
  }
  return hosts;
}

/** Of a clone alone: `Env` and the names of the bindings, which the compiler holds against each other. */
function generateTypes(): "current" | "stale" {
  if (!existsSync(TYPES)) return "stale";
  const path = [resolve("node_modules/.bin"), process.env["PATH"] ?? ""].join(delimiter);
  const { status } = spawnSync(process.execPath, [TYPES], { env: { ...process.env, PATH: path } });
  return status === 0 ? "current" : "stale";
}

function showFiles({ files }: PreparedInit, { json }: InitFlags, { out, err }: Io): void {
  const shown = files.map(({ path, text, replaces, mode }) => ({
    path,
    action: replaces === undefined ? "write" : "change",
    text: mode === 0o600 ? "(a private key, made when it is written)\n" : text,
  }));
  if (json === true) {
    out.line(JSON.stringify({ ok: true, dryRun: true, files: shown }, null, 2));
    return;
  }
  for (const { path, action, text } of shown) {
    out.line(out.colours.bold(`── ${path} (${action})`));
    out.line(text);
  }
  err.line("Nothing was written. Certificates, and so fingerprints, are made anew when it is.");
}

function tell(
  { files, configuration, certificates, install }: PreparedInit,
  groups: readonly PlannedGroup[],
  typesAre: "current" | "stale",
  { json }: InitFlags,
  io: Io,
): void {
  const hosts = groups.flatMap((group) =>
    group.hosts.map(({ hostname, origins }) => ({
      hostname,
      origin: origins.map(({ url }) => url).join(", "),
      binding: group.binding,
      certificate: `${certificates.stems.get(group) ?? ""}.pem`,
      fingerprint: certificates.fingerprints.get(group) ?? "",
    })),
  );
  const config = configuration === "wrangler.toml" ? "" : ` --config ${configuration}`;
  const next = [
    ...(install === null ? [] : [install]),
    ...(typesAre === "stale" ? ["npm run types"] : []),
    `pullproof check${config}`,
    "pullproof dev: the local world, with real handshakes",
    `pullproof plan${config}: what Cloudflare still needs, once the zone is yours`,
    "keep pki/issuer.key away from the origin and from Cloudflare: neither needs it",
  ];
  if (json === true) {
    const written = files.map(({ path, replaces }) => ({
      path,
      action: replaces === undefined ? "written" : "changed",
    }));
    io.out.line(JSON.stringify({ ok: true, files: written, hosts, next }, null, 2));
    return;
  }
  const { out } = io;
  for (const file of files) out.line(`${out.colours.green("✓")} ${aboutFile(file)}`);
  out.line();
  for (const { hostname, origin, binding, fingerprint } of hosts) {
    out.line(`${out.colours.bold(hostname)} → ${origin}`);
    out.line(`  ${binding}  ${fingerprint}`);
  }
  tellNext(io, next);
}

function aboutFile({ path, replaces, mode }: NewFile): string {
  const what = replaces === undefined ? "written" : "changed";
  return `${path.padEnd(34)} ${what}${mode === 0o600 ? ", for you alone" : ""}`;
}
