import { writeFileSync } from "node:fs";
import path from "node:path";
import { freePort, untilOpen } from "../machine/free-port.ts";
import { startPinned } from "../machine/pinned-process.ts";
import type { Hop, Place, RunningServer, Server } from "./server.ts";
import { TOOLS } from "./tools.ts";

const MODULES = "mpm_event authz_core ssl proxy proxy_http socache_shmcb";

/** Apache with its event MPM, one process of threads. */
export function apache(name: string, hop: Hop): Server {
  return { name, needs: "apache", start: (place) => start(place, hop) };
}

async function start(
  { folder, certificates, application, cores }: Place,
  hop: Hop,
): Promise<RunningServer> {
  const port = await freePort();
  const to =
    hop === "unix"
      ? `unix:${application.socket}|http://localhost/`
      : `http://127.0.0.1:${application.port}/`;
  const file = path.join(folder, "apache.conf");
  const text = `ServerRoot /usr/lib/apache2
DefaultRuntimeDir ${folder}
PidFile ${folder}/apache.pid
ErrorLog ${folder}/apache.log
LogLevel warn
ServerName localhost
${MODULES.split(" ")
  .map((name) => `LoadModule ${name}_module modules/mod_${name}.so`)
  .join("\n")}
User nobody
Group nogroup
ServerLimit 1
StartServers 1
ThreadLimit 128
ThreadsPerChild 128
MaxRequestWorkers 128
AsyncRequestWorkerFactor 100
ListenBackLog 4096
KeepAlive On
MaxKeepAliveRequests 0
KeepAliveTimeout 600
SSLSessionCache none
Listen 127.0.0.1:${port}
<VirtualHost 127.0.0.1:${port}>
    SSLEngine on
    SSLProtocol TLSv1.3
    SSLSessionTickets off
    SSLCertificateFile ${certificates.origin}
    SSLCertificateKeyFile ${certificates.originKey}
    SSLCACertificateFile ${certificates.issuer}
    SSLVerifyClient require
    ProxyPreserveHost On
    ProxyPass "/" "${to}"
</VirtualHost>
`;
  writeFileSync(file, text);
  const command = [TOOLS.apache.binary, "-D", "FOREGROUND", "-f", file] as const;
  const under = await startPinned({ command, cores, folder });
  await untilOpen(port, under.said);
  return { ports: [port], pids: under.pids, said: under.said, stop: under.stop };
}
