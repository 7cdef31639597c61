import { writeFileSync } from "node:fs";
import path from "node:path";
import { freePort, untilOpen } from "../machine/free-port.ts";
import { startPinned } from "../machine/pinned-process.ts";
import type { Hop, Place, RunningServer, Server } from "./server.ts";
import { TOOLS } from "./tools.ts";

/** Caddy on one of Go's processors. */
export function caddy(name: string, hop: Hop): Server {
  return { name, needs: "caddy", start: (place) => start(place, hop) };
}

async function start(
  { folder, certificates, application, cores }: Place,
  hop: Hop,
): Promise<RunningServer> {
  const port = await freePort();
  const dial = hop === "unix" ? `unix/${application.socket}` : `127.0.0.1:${application.port}`;
  const proxy = {
    handler: "reverse_proxy",
    upstreams: [{ dial }],
    transport: { protocol: "http", keep_alive: { max_idle_conns_per_host: 128 } },
  };
  const server = {
    listen: [`127.0.0.1:${port}`],
    protocols: ["h1"],
    automatic_https: { disable: true },
    idle_timeout: "600s",
    routes: [{ handle: [proxy] }],
    tls_connection_policies: [
      {
        protocol_min: "tls1.3",
        client_authentication: {
          mode: "require_and_verify",
          trusted_ca_certs_pem_files: [certificates.issuer],
        },
      },
    ],
  };
  const pair = { certificate: certificates.origin, key: certificates.originKey };
  const configuration = {
    admin: { disabled: true },
    storage: { module: "file_system", root: folder },
    logging: { logs: { default: { level: "ERROR" } } },
    apps: {
      http: { servers: { pulls: server } },
      tls: { certificates: { load_files: [pair] }, session_tickets: { disabled: true } },
    },
  };
  const file = path.join(folder, "caddy.json");
  writeFileSync(file, JSON.stringify(configuration));
  const under = await startPinned({
    command: [TOOLS.caddy.binary, "run", "--config", file],
    cores,
    folder,
    environment: { GOMAXPROCS: String(cores.length), HOME: folder },
  });
  await untilOpen(port, under.said);
  return { ports: [port], pids: under.pids, said: under.said, stop: under.stop };
}
