import path from "node:path";
import { readFacts } from "../../cli/render/read-facts.ts";
import { TARGETS } from "../../cli/render/targets.ts";
import { freePort } from "../machine/free-port.ts";
import { nginxAround, runNginx } from "./nginx.ts";
import type { Hop, Place, RunningServer, Server } from "./server.ts";

/**
 * nginx with what `pullproof render nginx` makes for it: of all that the verifier keeps as much as nginx can keep. Without the log of
 * each request that it is rendered with, since nobody here writes one.
 */
export function renderedNginx(name: string, hop: Hop): Server {
  return { name, needs: "nginx", start: (place) => start(hop, place) };
}

async function start(hop: Hop, place: Place): Promise<RunningServer> {
  const { certificates, folder, cores, application } = place;
  const port = await freePort();
  const { facts } = await readFacts({
    mapping: certificates.mapping,
    certificate: certificates.origin,
    key: certificates.originKey,
    application:
      hop === "unix" ? `unix:${application.socket}` : `http://127.0.0.1:${application.port}`,
    listen: `127.0.0.1:${port}`,
    pullCertificates: path.dirname(certificates.pull),
    place: folder,
    log: path.join(folder, "pulls.log"),
    pass: [],
    anyOfIssuer: false,
    now: Date.now(),
  });
  const rendered = TARGETS.find((target) => target.name === "nginx")?.render(facts);
  if (rendered?.ok !== true) throw new Error("pullproof render nginx refuses the bench's mapping");
  const lines = rendered.value.map(({ text }) => withoutLog(text));
  return runNginx(folder, cores, port, nginxAround(folder, 1, lines));
}

/** @throws Error where it has none: then it is rendered in another way, and this is to be looked at again. */
function withoutLog(text: string): string {
  const quiet = text.replaceAll(/^( *)access_log .*;$/gm, "$1access_log off;");
  if (quiet === text) throw new Error("what is rendered for nginx has no access_log");
  return quiet;
}
