import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { skipUnless } from "../../support/loud-skip.ts";

/** How a server of Debian's is started in the foreground with what was rendered, and told to read it again. */
export interface ServerKind {
  readonly name: string;
  /** Debian's package, and what `apt-get install` is told. */
  readonly package: string;
  readonly binary: string;
  /** Its own words for its version: arguments, and what is taken of the output. */
  readonly version: { readonly args: readonly string[]; readonly pattern: RegExp };
  /** The file that is written around what was rendered, where a whole configuration is more than that. */
  readonly wrap?: (folder: string) => { readonly name: string; readonly text: string };
  readonly start: (folder: string) => readonly string[];
  /** How it looks at what was rendered before it is told to read it; null where it cannot. */
  readonly check: ((folder: string) => readonly string[]) | null;
  /** A signal, the arguments of a command of the same binary, or that it is to be started anew. */
  readonly reload: NodeJS.Signals | "restart" | ((folder: string) => readonly string[]);
  /** Whether it reads HTTP; else it hands bytes on. */
  readonly readsHttp: boolean;
  /** Where it writes what was pulled: to the file of `--log`, or with everything else that it says. */
  readonly logsTo: "file" | "output";
}

/** Within an http block of its own. */
export const NGINX: ServerKind = {
  name: "nginx",
  package: "nginx",
  binary: "/usr/sbin/nginx",
  version: { args: ["-v"], pattern: /nginx\/([\d.]+)/ },
  wrap: (folder) => ({
    name: "nginx.conf",
    text: [
      "daemon off;",
      "worker_processes 1;",
      "error_log stderr info;",
      `pid ${folder}/nginx.pid;`,
      "events {}",
      "http {",
      "    access_log off;",
      ...["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
        (kind) => `    ${kind}_temp_path ${folder}/${kind};`,
      ),
      `    include ${folder}/pullproof.conf;`,
      "}",
      "",
    ].join("\n"),
  }),
  start: (folder) => ["-e", "stderr", "-p", folder, "-c", `${folder}/nginx.conf`],
  check: (folder) => ["-t", "-e", "stderr", "-p", folder, "-c", `${folder}/nginx.conf`],
  reload: "SIGHUP",
  readsHttp: true,
  logsTo: "file",
};

/** As master and worker, so that it reloads. */
export const HAPROXY: ServerKind = {
  name: "haproxy",
  package: "haproxy",
  binary: "/usr/sbin/haproxy",
  version: { args: ["-v"], pattern: /version ([\d.]+)/ },
  start: (folder) => ["-W", "-db", "-f", `${folder}/haproxy.cfg`],
  check: (folder) => ["-c", "-f", `${folder}/haproxy.cfg`],
  reload: "SIGUSR2",
  readsHttp: true,
  logsTo: "output",
};

/** With its own JSON, and its admin socket in the folder. */
export const CADDY: ServerKind = {
  name: "caddy",
  package: "caddy",
  binary: "/usr/bin/caddy",
  version: { args: ["version"], pattern: /v?([\d.]+)/ },
  start: (folder) => ["run", "--config", `${folder}/caddy.json`],
  check: (folder) => ["validate", "--config", `${folder}/caddy.json`],
  reload: (folder) => [
    "reload",
    "--force",
    `--config=${folder}/caddy.json`,
    `--address=unix/${folder}/caddy-admin.sock`,
  ],
  readsHttp: true,
  logsTo: "file",
};

const APACHE_MODULES =
  "mpm_event authz_core ssl proxy proxy_http rewrite headers setenvif reqtimeout unique_id socache_shmcb";

/** Among the modules that its notes name. */
export const APACHE: ServerKind = {
  name: "apache",
  package: "apache2",
  binary: "/usr/sbin/apache2",
  version: { args: ["-v"], pattern: /Apache\/([\d.]+)/ },
  wrap: (folder) => ({
    name: "apache.conf",
    text: [
      "ServerRoot /usr/lib/apache2",
      `DefaultRuntimeDir ${folder}`,
      `PidFile ${folder}/apache.pid`,
      `ErrorLog ${folder}/apache.log`,
      "LogLevel warn",
      "ServerName localhost",
      "StartServers 1",
      ...APACHE_MODULES.split(" ").map(
        (name) => `LoadModule ${name}_module modules/mod_${name}.so`,
      ),
      "User nobody",
      "Group nogroup",
      `Include ${folder}/pullproof.conf`,
      "",
    ].join("\n"),
  }),
  start: (folder) => ["-D", "FOREGROUND", "-f", `${folder}/apache.conf`],
  check: (folder) => ["-t", "-f", `${folder}/apache.conf`],
  reload: "SIGUSR1",
  readsHttp: true,
  logsTo: "file",
};

/** It hands bytes on. */
export const STUNNEL: ServerKind = {
  name: "stunnel",
  package: "stunnel4",
  binary: "/usr/bin/stunnel4",
  version: { args: ["-version"], pattern: /stunnel ([\d.]+)/ },
  start: (folder) => [`${folder}/stunnel.conf`],
  check: null,
  // SIGHUP ends 5.68 in a segmentation fault where a connection was under way at a service with `sni`.
  reload: "restart",
  readsHttp: false,
  logsTo: "file",
};

/** Whether a server is missing; said aloud, and a failure where nothing may be skipped. */
export function isMissing({ name, package: from, binary }: ServerKind): boolean {
  return skipUnless(
    existsSync(binary),
    `${name} (apt-get install --no-install-recommends ${from})`,
  );
}

/** The version that a binary says of itself. */
export function versionOf({ binary, version: { args, pattern } }: ServerKind): string {
  const { stdout, stderr } = spawnSync(binary, [...args], { encoding: "utf8" });
  return pattern.exec(`${stdout}${stderr}`)?.[1] ?? "unknown";
}
