import { chmodSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { startLoaders, type Loaders } from "../load/loaders.ts";
import { readCores, type Cores } from "../machine/cores.ts";
import { freePort, untilOpen } from "../machine/free-port.ts";
import { startPinned } from "../machine/pinned-process.ts";
import { startNginxApplication } from "../servers/nginx.ts";
import type { Application, Place, RunningServer, Server } from "../servers/server.ts";
import { makeCertificates, type Certificates, type Keys } from "./certificates.ts";
import type { Timing } from "./timing.ts";

/** Bytes of one large body. */
export const BULK_BYTES = 100 * 1024 * 1024;

/** Everything that measuring needs, in one folder that goes at the end. */
export interface World {
  readonly timing: Timing;
  readonly cores: Cores;
  /** The verifier's file that is started. */
  readonly main: string;
  readonly loaders: Loaders;
  /** For what is measured on two cores. */
  readonly loadersBesidePair: Loaders;
  /** The application of small answers. */
  readonly application: Application;
  readonly certificates: (keys: Keys) => Promise<Certificates>;
  /** Starts the application of large bodies; whoever starts it stops it. */
  readonly startBulkApplication: () => Promise<Application & { stop: () => Promise<void> }>;
  readonly start: (server: Server, change?: Partial<Place>) => Promise<RunningServer>;
  /** Says how far it is; for people. */
  readonly tell: (what: string) => void;
  readonly close: () => Promise<void>;
}

const BULK_PROGRAM = fileURLToPath(new URL("../programs/bulk-application.ts", import.meta.url));

/** Makes it. */
export async function makeWorld(options: {
  readonly timing: Timing;
  readonly main: string;
  readonly tell: (what: string) => void;
}): Promise<World> {
  const cores = readCores();
  const folder = mkdtempSync(path.join(tmpdir(), "pullproof-bench-"));
  // Apache's workers are nobody, and reach the application's socket through it.
  chmodSync(folder, 0o711);
  let count = 0;
  const ownFolder = (): string => {
    count += 1;
    const own = path.join(folder, String(count));
    mkdirSync(own, { mode: 0o711 });
    return own;
  };
  const made = new Map<Keys, Promise<Certificates>>();
  const certificates = (keys: Keys): Promise<Certificates> => {
    const these = made.get(keys) ?? makeCertificates(folder, keys);
    made.set(keys, these);
    return these;
  };
  const running = new Set<{ readonly stop: () => Promise<void> }>();
  const application = await startNginxApplication(ownFolder(), cores.load);
  running.add(application);
  const loaders = startLoaders(cores.load);
  const loadersBesidePair = startLoaders(cores.besidePair);
  const kept = <T extends { readonly stop: () => Promise<void> }>(one: T): T => {
    const own = {
      ...one,
      stop: async () => {
        running.delete(own);
        await one.stop();
      },
    };
    running.add(own);
    return own;
  };
  return {
    ...options,
    cores,
    loaders,
    loadersBesidePair,
    application,
    certificates,
    startBulkApplication: async () => {
      const port = await freePort();
      const socket = path.join(ownFolder(), "bulk.sock");
      const command = [process.execPath, BULK_PROGRAM, String(port), socket, String(BULK_BYTES)];
      const under = await startPinned({
        command: command as [string, ...string[]],
        cores: cores.load,
        folder,
      });
      await untilOpen(port, under.said);
      return kept({ port, socket, stop: under.stop });
    },
    start: async (server, change = {}) => {
      const place: Place = {
        folder: ownFolder(),
        certificates: await certificates("p256"),
        application,
        cores: cores.server,
        allCores: cores,
        ...change,
      };
      return kept(await server.start(place));
    },
    close: async () => {
      loaders.close();
      loadersBesidePair.close();
      await Promise.all([...running].map((one) => one.stop()));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
