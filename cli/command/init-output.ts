import type { NewFile } from "../certificates/write-files.ts";
import type { PlannedGroup } from "../init/planned-hosts.ts";
import type { PreparedInit } from "../init/prepare-init.ts";
import { shellQuote } from "../manners/shell-quote.ts";
import type { Io } from "../manners/io.ts";
import { tellNext } from "./issue-output.ts";

/** How `init` was asked to speak. */
export interface Manner {
  readonly json?: boolean;
}

/** Shows every file that would be written, but the keys. */
export function showFiles({ files }: PreparedInit, { json }: Manner, { out, err }: Io): void {
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

/** Says what was written, for which hostnames, and the next commands. */
export function tellInit(
  { files, configuration, certificates, install }: PreparedInit,
  groups: readonly PlannedGroup[],
  typesAre: "current" | "stale",
  { json }: Manner,
  io: Io,
): void {
  const hosts = groups.flatMap((group) =>
    group.hosts.map(({ hostname, origins }) => ({
      hostname,
      origin: origins.map(({ url }) => url).join(", "),
      ...(group.binding === null ? { level: "hostname" as const } : { binding: group.binding }),
      certificate: `${certificates.stems.get(group) ?? ""}.pem`,
      fingerprint: certificates.fingerprints.get(group) ?? "",
    })),
  );
  const config =
    configuration === null || configuration === "wrangler.toml"
      ? ""
      : ` --config ${shellQuote(configuration)}`;
  const edges = hosts.flatMap((host) => ("level" in host ? [host.certificate] : []));
  const next = [
    ...(install === null ? [] : [install]),
    ...(typesAre === "stale" ? ["npm run types"] : []),
    `pullproof check${config}`,
    configuration === null
      ? "pullproof dev: the local world, with a simulated edge and real handshakes"
      : "pullproof dev: the local world, with real handshakes",
    `pullproof plan${config}: what Cloudflare still needs, once the zone is yours`,
    ...(edges.length === 0
      ? []
      : [
          `pullproof apply${config}: uploads ${edges.join(", ")} with its key, and has the edge present it once the verifiers accept it`,
        ]),
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
  for (const host of hosts) {
    const presents = "level" in host ? `the edge, level ${host.level}` : host.binding;
    out.line(`${out.colours.bold(host.hostname)} → ${host.origin}`);
    out.line(`  ${presents}  ${host.fingerprint}`);
  }
  tellNext(io, next);
}

function aboutFile({ path, replaces, mode }: NewFile): string {
  const what = replaces === undefined ? "written" : "changed";
  return `${path.padEnd(34)} ${what}${mode === 0o600 ? ", for you alone" : ""}`;
}
