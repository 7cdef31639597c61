import { writeFileSync } from "node:fs";
import path from "node:path";
import { freePort, untilOpen } from "../machine/free-port.ts";
import { startPinned } from "../machine/pinned-process.ts";
import type { Application, Hop, Place, RunningServer, Server } from "./server.ts";
import { TOOLS } from "./tools.ts";

/** What differs from one nginx to another here. */
export interface NginxOptions {
  readonly name: string;
  readonly hop: Hop;
  readonly workers?: number;
  /** Lines of its `location`. */
  readonly lines?: readonly string[];
  /** Answers by itself, without any application: what the load generator is held against. */
  readonly answers?: boolean;
  /** Without TLS. */
  readonly isPlain?: boolean;
  /** Applications in place of the place's own. */
  readonly applications?: readonly Application[];
}

/**
 * nginx as Debian installs it, with what a fair match asks for: a required client certificate, kept-alive connections on both
 * sides without end, no log of each request, no session kept.
 */
export function nginx(options: NginxOptions): Server {
  return {
    name: options.name,
    needs: "nginx",
    start: (place) => startNginx(options, place),
  };
}

/** The small answer that every application here gives. */
export const SMALL_ANSWER = `${"a small answer of the application, the same for every pull. ".repeat(2)}\n`;

/** An nginx that is the application behind others, over TCP and a Unix socket: it costs the load's core the least. */
export async function startNginxApplication(
  folder: string,
  cores: readonly number[],
): Promise<Application & Pick<RunningServer, "stop" | "said">> {
  const port = await freePort();
  const socket = path.join(folder, "application.sock");
  const server = [
    `listen 127.0.0.1:${port};`,
    `listen unix:${socket};`,
    "default_type text/plain;",
    `location / { return 200 "${SMALL_ANSWER.trimEnd()}\\n"; }`,
  ];
  const running = await runNginx(folder, cores, port, configuration(folder, 1, [], server));
  return { port, socket, stop: running.stop, said: running.said };
}

async function startNginx(options: NginxOptions, place: Place): Promise<RunningServer> {
  const { hop, workers = 1, lines = [], applications = [place.application] } = options;
  const { certificates, folder, cores } = place;
  const port = await freePort();
  const servers = applications.map((one) =>
    hop === "unix" ? `server unix:${one.socket};` : `server 127.0.0.1:${one.port};`,
  );
  const upstream = [
    `upstream application { ${servers.join(" ")} keepalive 128; keepalive_requests 1000000000; }`,
  ];
  const tls = [
    `ssl_certificate ${certificates.origin};`,
    `ssl_certificate_key ${certificates.originKey};`,
    `ssl_client_certificate ${certificates.issuer};`,
    "ssl_verify_client on;",
    "ssl_protocols TLSv1.3;",
    "ssl_session_tickets off;",
    "ssl_session_cache off;",
  ];
  const location = options.answers
    ? [...lines, `return 200 "${SMALL_ANSWER.trimEnd()}\\n";`]
    : [
        "proxy_pass http://application;",
        "proxy_http_version 1.1;",
        'proxy_set_header Connection "";',
        "proxy_set_header Host $host;",
        "client_max_body_size 0;",
        ...lines,
      ];
  const server = [
    `listen 127.0.0.1:${port} ${options.isPlain ? "" : "ssl "}backlog=4096${workers > 1 ? " reuseport" : ""};`,
    ...(options.isPlain ? [] : tls),
    "default_type text/plain;",
    `location / { ${location.join(" ")} }`,
  ];
  const text = configuration(folder, workers, options.answers ? [] : upstream, server);
  const running = await runNginx(folder, cores, port, text);
  return { ...running, isPlain: options.isPlain ?? false };
}

/** Starts an nginx, and waits until it listens. */
export async function runNginx(
  folder: string,
  cores: readonly number[],
  port: number,
  text: string,
): Promise<RunningServer> {
  const file = path.join(folder, "nginx.conf");
  writeFileSync(file, text);
  const command = [TOOLS.nginx.binary, "-e", "stderr", "-p", folder, "-c", file] as const;
  const under = await startPinned({ command, cores, folder });
  await untilOpen(port, under.said);
  return { ports: [port], pids: under.pids, said: under.said, stop: under.stop };
}

function configuration(
  folder: string,
  workers: number,
  outside: readonly string[],
  server: readonly string[],
): string {
  return nginxAround(folder, workers, [...outside, "server {", ...server, "}"]);
}

/** A whole configuration around what stands in its `http`. */
export function nginxAround(folder: string, workers: number, lines: readonly string[]): string {
  // nginx drops root's rights, and this folder is root's alone: so it keeps them here.
  const user = process.getuid?.() === 0 ? "user root;" : "";
  return [
    `daemon off; ${user} worker_processes ${workers}; worker_rlimit_nofile 20000;`,
    `pid ${folder}/nginx.pid; error_log stderr warn;`,
    "events { worker_connections 16000; }",
    "http {",
    "access_log off; sendfile on; tcp_nopush on; tcp_nodelay on;",
    "keepalive_requests 1000000000; keepalive_timeout 600s;",
    ...["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
      (kind) => `${kind}_temp_path ${folder}/${kind};`,
    ),
    ...lines,
    "}",
    "",
  ].join("\n");
}
