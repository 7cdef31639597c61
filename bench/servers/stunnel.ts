import { writeFileSync } from "node:fs";
import path from "node:path";
import { freePort, untilOpen } from "../machine/free-port.ts";
import { startPinned } from "../machine/pinned-process.ts";
import type { Hop, Place, RunningServer, Server } from "./server.ts";
import { TOOLS } from "./tools.ts";

/** stunnel, which hands bytes on and reads no HTTP. */
export function stunnel(name: string, hop: Hop): Server {
  return { name, needs: "stunnel", start: (place) => start(place, hop) };
}

async function start(
  { folder, certificates, application, cores }: Place,
  hop: Hop,
): Promise<RunningServer> {
  const port = await freePort();
  const file = path.join(folder, "stunnel.conf");
  const text = `foreground = yes
syslog = no
debug = err
pid =
[pulls]
accept = 127.0.0.1:${port}
connect = ${hop === "unix" ? application.socket : `127.0.0.1:${application.port}`}
cert = ${certificates.originBoth}
CAfile = ${certificates.issuer}
verifyChain = yes
requireCert = yes
sslVersionMin = TLSv1.3
options = NO_TICKET
socket = l:TCP_NODELAY=1
socket = r:TCP_NODELAY=1
`;
  writeFileSync(file, text);
  const under = await startPinned({ command: [TOOLS.stunnel.binary, file], cores, folder });
  await untilOpen(port, under.said);
  return { ports: [port], pids: under.pids, said: under.said, stop: under.stop };
}
