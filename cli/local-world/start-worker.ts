import { createWriteStream, existsSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { failure } from "../manners/failure.ts";
import { keepProcess, type KeptProcess } from "../processes/kept-process.ts";
import { createEventLog, type EventLog } from "./event-log.ts";
import { LOCAL_FOLDER_VARIABLE, LOCAL_ORIGIN_VARIABLE, type Layout } from "./layout.ts";
import { parseEvent } from "./parse-event.ts";
import { LOOPBACK } from "./ports.ts";
import { endedWith, processFailure } from "./process-failure.ts";
import { makeScratch } from "./scratch.ts";

/** A line of the Worker's own log; what is in it beside the event is the Worker's affair. */
export interface WorkerEvent {
  readonly event: string;
  readonly [member: string]: unknown;
}

/** The Worker in workerd, answering. */
export interface RunningWorker {
  readonly process: KeptProcess;
  readonly port: number;
  readonly events: EventLog<WorkerEvent>;
  readonly lines: readonly string[];
}

/** What `wrangler dev` is told. */
export interface WorkerSettings {
  /** The local twin. */
  readonly configuration: string;
  readonly layout: Layout;
  /** 0 lets the system choose. */
  readonly port: number;
  readonly originPort: number;
  /** The Worker's secrets: in a file of its owner's alone, since the arguments of a process are everybody's. */
  readonly secrets: Readonly<Record<string, string>>;
}

const READY_WITHIN = 90_000;

/**
 * Starts plain `wrangler dev` on the local twin.
 *
 * @param started called at once with the process, so that whoever stops everything can stop it too.
 * @throws {Failure} where it does not come up, with what it said; all of that is in the log file too.
 */
export async function startWorker(
  settings: WorkerSettings,
  started: (process: KeptProcess) => void,
): Promise<RunningWorker> {
  const { configuration, layout } = settings;
  const { log, add } = createEventLog<WorkerEvent>();
  const lines: string[] = [];
  const ready = Promise.withResolvers<number>();
  const bin = wranglerBin(configuration);
  const scratch = makeScratch(layout.scratch);
  const file = createWriteStream(layout.log, { mode: 0o600 });
  // A full disk costs the log, not the world.
  file.on("error", () => undefined);
  const kept = keepProcess({
    command: [process.execPath, bin, ...argumentsOf(settings, scratch.folder)],
    folder: dirname(resolve(configuration)),
    environment: environmentOf(settings, scratch.folder),
    onLine: (line) => {
      file.write(`${line}\n`);
      lines.push(line);
      if (lines.length > 200) lines.shift();
      const event = parseEvent(line);
      if (event !== null) add({ ...event });
    },
    onMessage: (message) => {
      const port = readyPort(message);
      if (port !== null) ready.resolve(port);
    },
  });
  started(kept);
  void kept.ended.then(() => file.end());
  void kept.ended.then(() => scratch.remove());
  const late = Promise.withResolvers<null>();
  const timer = setTimeout(() => late.resolve(null), READY_WITHIN);
  const outcome = await Promise.race([ready.promise, late.promise, kept.ended]);
  clearTimeout(timer);
  if (typeof outcome === "number") return { process: kept, port: outcome, events: log, lines };
  const what = outcome === null ? "is not ready" : endedWith(outcome.code);
  throw processFailure(
    "wrangler dev",
    what,
    lines,
    `pullproof check; all of it is in ${layout.log}`,
  );
}

function argumentsOf({ configuration, port, secrets }: WorkerSettings, scratch: string): string[] {
  const options = {
    config: resolve(configuration),
    ip: LOOPBACK,
    port,
    // The debugger's port: two local worlds must not fight for one.
    "inspector-port": 0,
    "persist-to": join(scratch, "state"),
    "show-interactive-dev-session": false,
  };
  const flags = Object.entries(options).map(([name, value]) => `--${name}=${value}`);
  return ["dev", ...flags, ...secretFlags(configuration, secrets, scratch)];
}

/**
 * With a file of ours wrangler reads no other by itself: the project's own, if it has one, is named before it. Node looks for
 * this flag behind its script's name, too, and ends where there is no such file (nodejs/node #54232): both are there.
 */
function secretFlags(
  configuration: string,
  secrets: WorkerSettings["secrets"],
  scratch: string,
): readonly string[] {
  const lines = Object.entries(secrets).map(([name, value]) => `${name}="${value}"\n`);
  if (lines.length === 0) return [];
  const file = join(scratch, "secrets.env");
  writeFileSync(file, lines.join(""), { mode: 0o600 });
  const own = join(dirname(resolve(configuration)), ".dev.vars");
  return [...(existsSync(own) ? [own] : []), file].map((path) => `--env-file=${path}`);
}

/** wrangler tells its parent over IPC when it listens, and on which port: no need to read its prose. */
function readyPort(message: unknown): number | null {
  if (typeof message !== "string") return null;
  const { event, port } = JSON.parse(message) as { event?: unknown; port?: unknown };
  return event === "DEV_SERVER_READY" && typeof port === "number" ? port : null;
}

function environmentOf({ layout, originPort }: WorkerSettings, scratch: string): NodeJS.ProcessEnv {
  return {
    ...process.env,
    [LOCAL_FOLDER_VARIABLE]: resolve(layout.folder),
    [LOCAL_ORIGIN_VARIABLE]: `${LOOPBACK}:${originPort}`,
    // Nothing leaves the machine, and nothing is written outside the local world's folder.
    WRANGLER_SEND_METRICS: "false",
    WRANGLER_SEND_ERROR_REPORTS: "false",
    CLOUDFLARE_CF_FETCH_ENABLED: "false",
    WRANGLER_LOG_PATH: join(scratch, "logs"),
    WRANGLER_REGISTRY_PATH: join(scratch, "registry"),
    WRANGLER_HIDE_BANNER: "true",
    NO_COLOR: "1",
    FORCE_COLOR: "0",
  };
}

/** The wrangler of the project that the configuration belongs to. */
function wranglerBin(configuration: string): string {
  try {
    const manifest = createRequire(resolve(configuration)).resolve("wrangler/package.json");
    return join(dirname(manifest), "bin", "wrangler.js");
  } catch {
    throw failure({
      file: configuration,
      message: "wrangler is not installed beside it",
      next: "npm ci",
    });
  }
}
