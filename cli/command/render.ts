import { lstatSync } from "node:fs";
import { join, resolve } from "node:path";
import { Argument, Command } from "commander";
import {
  canonicalHeaderName,
  CF_ACCESS_TOKEN,
  HOP_BY_HOP,
  isIdentityHeader,
} from "../../shared/wire.ts";
import { writeFiles } from "../certificates/write-files.ts";
import { Failure, refuseIfAny } from "../manners/failure.ts";
import { findingsIn, type Findings } from "../manners/finding.ts";
import type { Io } from "../manners/io.ts";
import type { RenderFacts } from "../render/facts.ts";
import { readFacts } from "../render/read-facts.ts";
import type { RenderedFile, Target } from "../render/rendering.ts";
import { TARGETS } from "../render/targets.ts";
import { repeated, usage } from "./arguments.ts";

interface RenderFlags {
  readonly mapping: string;
  readonly config?: string;
  readonly certificate?: string;
  readonly key?: string;
  readonly application?: string;
  readonly listen?: string;
  readonly pullCertificates?: string;
  readonly at?: string;
  readonly place?: string;
  readonly log?: string;
  readonly pass: readonly string[];
  readonly anyOfIssuer?: boolean;
  readonly out?: string;
  readonly force?: boolean;
  readonly json?: boolean;
}

const ABOUT = `
The same guarantees on the server that you already run, as far as it can keep them: what it cannot
keep, and why, stands at the top of each file. Nothing is rendered that the verifier would refuse.

It reads the mapping, the files of its issuers and the listed pull certificates (no key), and is told what
the origin alone has: its certificate, its key and its application. Paths are written as they are, from
this folder: where the origin has other folders, name them with --at and --place. TLS is that of the
verifier's profile "standard". After each change of the mapping: render again, then reload.

Targets:
${TARGETS.map(({ name, about }) => `  ${name.padEnd(12)} ${about}`).join("\n")}

Examples:
  pullproof render nginx --certificate /etc/ssl/origin.pem --key /etc/ssl/origin.key --listen 0.0.0.0:443 \\
    --application http://127.0.0.1:3000 --at /etc/pullproof --out rendered --place /etc/nginx/conf.d
  pullproof render haproxy --config origin-verifier.json --out /etc/haproxy/pullproof
  pullproof render caddy --config origin-verifier.json --at /etc/pullproof --out here --place /etc/caddy`;

const LOG = "/var/log/pullproof.log";

/** `pullproof render TARGET`: prints configuration for another server, or writes it. Reads public files alone. */
export function renderCommand(io: Io): Command {
  const names = TARGETS.map(({ name }) => name);
  return new Command("render")
    .description("print configuration for another server, from the same mapping")
    .addArgument(new Argument("<target>", "the server").choices(names))
    .option("--mapping <file>", "the mapping", "mapping.json")
    .option("--config <file>", "the verifier's configuration file, in place of the next three")
    .option("--certificate <file>", "the origin certificate's file, at the origin")
    .option("--key <file>", "its key's file, at the origin")
    .option("--application <address>", "where the application listens (http://127.0.0.1:3000)")
    .option("--listen <address>", "where pulls arrive: an IP address and a port (127.0.0.1:8443)")
    .option(
      "--pull-certificates <folder>",
      "where the listed pull certificates lie (the folders of the issuers' files)",
    )
    .option(
      "--at <folder>",
      "the mapping's folder at the origin, with the issuers' files (where it is here)",
    )
    .option(
      "--place <folder>",
      "where the rendered files will lie at the origin (--out, or /etc/pullproof)",
    )
    .option("--log <file>", `where the server writes what was pulled (${LOG})`)
    .addOption(
      repeated(
        "--pass <header>",
        "a request header of the application's own, where a server passes on a list",
        collectHeader,
      ),
    )
    .option(
      "--any-of-issuer",
      "where a server knows issuers alone: accept all certificates of them",
    )
    .option("--out <folder>", "write the files there")
    .option("--force", "write over what is there")
    .option("--json", "print the files as JSON")
    .addHelpText("after", ABOUT)
    .action(async (name: string, flags: RenderFlags) => {
      const target = TARGETS.find((one) => one.name === name);
      if (target !== undefined) await render(target, flags, io);
    });
}

async function render(target: Target, flags: RenderFlags, io: Io): Promise<void> {
  const place = resolve(flags.place ?? flags.out ?? "/etc/pullproof");
  const { facts, mapping } = await readFacts({
    ...flags,
    place,
    log: resolve(flags.log ?? LOG),
    anyOfIssuer: flags.anyOfIssuer === true,
    now: Date.now(),
  });
  const rendering = target.render(facts);
  if (!rendering.ok) {
    const next = `change it, or render another target: pullproof render --help`;
    throw new Failure(findingsIn(mapping, rendering.problems, next) as Findings);
  }
  const files = rendering.value;
  const told = target.shortcomings(facts);
  const { green, dim, yellow } = io.err.colours;
  if (flags.out !== undefined) write(files, flags.out, flags.force === true);
  if (flags.json === true) {
    const cannotKeep = told.map(({ promises, why }) => ({ promises, why }));
    io.out.line(JSON.stringify({ ok: true, target: target.name, files, cannotKeep }, null, 2));
  } else if (flags.out !== undefined) {
    for (const { name } of files) io.err.line(`${green("✓")} ${join(flags.out, name)}`);
  } else if (files.length === 1) {
    io.out.text(files[0].text);
  } else {
    throw usage(
      `${target.name} needs ${files.length} files: ${files.map(({ name }) => name).join(", ")}`,
      `pullproof render ${target.name} --out FOLDER`,
    );
  }
  io.err.line(
    `${yellow("!")} ${target.name} cannot keep ${told.length} things that the verifier keeps: they stand at the top`,
  );
  const read = pathsIn(facts).filter((path) => files.some(({ text }) => text.includes(path)));
  if (read.length > 0) io.err.line(`${dim("it reads, at the origin:")} ${read.join(", ")}`);
  io.err.line(`${dim("next:")} ${target.handling.use}`);
  io.err.line(`${dim("next:")} ${target.handling.check}`);
}

/** The operator's own files that a server may be told to read. */
function pathsIn({ origins }: RenderFacts): readonly string[] {
  const paths = origins.flatMap(({ certificate, key, issuer }) => [
    certificate,
    key,
    issuer.certificates,
    ...(issuer.crl === null ? [] : [issuer.crl]),
  ]);
  return [...new Set(paths)];
}

function write(files: readonly RenderedFile[], folder: string, force: boolean): void {
  const next = "--force writes over it; or choose another place with --out";
  if (!force)
    refuseIfAny(
      files
        .map(({ name }) => join(folder, name))
        .filter((file) => lstatSync(file, { throwIfNoEntry: false }) !== undefined)
        .map((file) => ({ file, path: "", message: "is there already", next })),
    );
  writeFiles(
    files.map(({ name, text }) => ({ path: join(folder, name), text, mode: 0o644 })),
    force ? "replace" : "refuse",
  );
}

// What nginx can name in a variable: letters, digits and hyphens.
const HEADER = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;

function collectHeader(raw: string, before: readonly string[]): readonly string[] {
  const name = raw.toLowerCase();
  const never = ["host", "content-length", "expect", "proxy", CF_ACCESS_TOKEN.toLowerCase()];
  if (!HEADER.test(name))
    throw usage(`--pass ${JSON.stringify(raw)} is no header's name`, "--pass X-Api-Version");
  if (isIdentityHeader(name) || HOP_BY_HOP.has(name) || never.includes(canonicalHeaderName(name)))
    throw usage(
      `--pass ${raw}: it says who somebody is, or how a request is framed, and is never passed on`,
      "tell the application to read X-Pull-Hostname and X-Pull-Fingerprint",
    );
  return [...before, name];
}
