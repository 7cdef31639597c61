import { writeFileSync } from "node:fs";
import path from "node:path";
import { freePort, untilOpen } from "../machine/free-port.ts";
import { startPinned } from "../machine/pinned-process.ts";
import type { Hop, Place, RunningServer, Server } from "./server.ts";
import { TOOLS } from "./tools.ts";

/** HAProxy in HTTP mode, one thread. */
export function haproxy(name: string, hop: Hop): Server {
  return { name, needs: "haproxy", start: (place) => start(place, hop) };
}

async function start(
  { folder, certificates, application, cores }: Place,
  hop: Hop,
): Promise<RunningServer> {
  const port = await freePort();
  const to = hop === "unix" ? `unix@${application.socket}` : `127.0.0.1:${application.port}`;
  const file = path.join(folder, "haproxy.cfg");
  const crt = `crt ${certificates.originBoth} ca-file ${certificates.issuer} verify required`;
  const text = `global
    nbthread 1
    maxconn 8000
    tune.ssl.cachesize 0
    ssl-default-bind-options ssl-min-ver TLSv1.3 no-tls-tickets
defaults
    mode http
    timeout connect 5s
    timeout client 600s
    timeout server 600s
    timeout http-keep-alive 600s
frontend pulls
    bind 127.0.0.1:${port} backlog 4096 ssl ${crt}
    default_backend application
backend application
    http-reuse always
    server one ${to}
`;
  writeFileSync(file, text);
  const command = [TOOLS.haproxy.binary, "-db", "-f", file] as const;
  const under = await startPinned({ command, cores, folder });
  await untilOpen(port, under.said);
  return { ports: [port], pids: under.pids, said: under.said, stop: under.stop };
}
