import { writeFileSync } from "node:fs";
import path from "node:path";
import { startPinned } from "../machine/pinned-process.ts";
import { ORIGIN } from "../support/certificates.ts";
import type { Hop, Place, RunningServer, Server } from "./server.ts";

/** The verifier as a proxy, with its default limits. */
export interface VerifierOptions {
  readonly name: string;
  readonly hop: Hop;
  /** The file that is started: the built `main.js`, or the source `main.ts`. */
  readonly main: string;
  readonly workers?: number;
}

/** The verifier's own process, in front of an application. */
export function verifier(options: VerifierOptions): Server {
  return { name: options.name, needs: null, start: (place) => start(options, place) };
}

async function start(
  { hop, main, workers = 1 }: VerifierOptions,
  { folder, certificates, application, cores }: Place,
): Promise<RunningServer> {
  const to = hop === "unix" ? `unix:${application.socket}` : `http://127.0.0.1:${application.port}`;
  const { origin: certificate, originKey: key } = certificates;
  const file = path.join(folder, "origin-verifier.json");
  const configuration = {
    mapping: certificates.mapping,
    listen: "127.0.0.1:0",
    origins: { [ORIGIN]: { certificate, key, application: to } },
    ...(workers === 1 ? {} : { workers }),
  };
  writeFileSync(file, JSON.stringify(configuration));
  const command = [process.execPath, main, "--config", file, "--no-watch"] as const;
  const under = await startPinned({ command, cores, folder });
  const port = await under.hear("that it listens", (said) => {
    if (typeof said !== "string" || !said.startsWith("{")) return null;
    const { event, listener, port: own } = JSON.parse(said) as Record<string, unknown>;
    return event === "listening" && listener === "origin" ? (own as number) : null;
  });
  return { ports: [port], pids: under.pids, said: under.said, stop: under.stop };
}
