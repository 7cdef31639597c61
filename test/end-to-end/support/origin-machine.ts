import { copyFileSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import { createEventLog, type EventLog } from "../../../cli/local-world/event-log.ts";
import { parseEvent } from "../../../cli/local-world/parse-event.ts";
import { keepProcess } from "../../../cli/processes/kept-process.ts";
import type { VerifierEvent } from "../../../origin-verifier/events.ts";

const ROOT = path.resolve(import.meta.dirname, "../../..");
const BIN = path.join(ROOT, "origin-verifier/main.ts");
const READY_WITHIN = 60_000;

/** A machine with a verifier in front of the application. What its verifier reads was copied there. */
export interface OriginMachine {
  readonly port: number;
  /** `http://127.0.0.1:PORT`, of the admin listener. */
  readonly admin: string;
  readonly events: EventLog<VerifierEvent>;
  /** Copies the project's mapping there, under its name at once, as rsync does. */
  readonly copyMapping: () => void;
  /** `systemctl reload`. */
  readonly reload: () => Promise<void>;
  readonly stop: () => Promise<void>;
  /** As the machine would go that loses its power: nothing is finished, and nobody is told. */
  readonly kill: () => Promise<void>;
}

/** Where a machine stands: by itself on a network, or as a process of this one. */
export interface Standing {
  readonly address: string;
  /** What a command begins with to run there. */
  readonly within: readonly string[];
}

export interface MachineOptions {
  readonly folder: string;
  /** Of the project: where the mapping and the issuer come from. */
  readonly project: string;
  readonly certificate: { readonly pem: string; readonly keyPem: string };
  readonly application: string;
  readonly adminToken: string;
  readonly flags: readonly string[];
  /** Default: on this machine. */
  readonly host?: Standing;
  /** Ports. Default: of the system's choice. */
  readonly listen?: number;
  readonly admin?: number;
  /** Options of Node's, and variables. */
  readonly nodeOptions?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

const HERE: Standing = { address: "127.0.0.1", within: [] };

/** Sets one up: the real verifier, in a process of its own. */
export async function startOriginMachine(options: MachineOptions): Promise<OriginMachine> {
  const { folder, project, certificate, host = HERE } = options;
  const at = (name: string): string => path.join(folder, name);
  mkdirSync(at("pki"), { recursive: true });
  const copyMapping = (): void => {
    copyFileSync(path.join(project, "mapping.json"), at(".mapping.json.new"));
    renameSync(at(".mapping.json.new"), at("mapping.json"));
  };
  copyMapping();
  copyFileSync(path.join(project, "pki/issuer.pem"), at("pki/issuer.pem"));
  writeFileSync(at("origin.pem"), certificate.pem);
  writeFileSync(at("origin.key"), certificate.keyPem, { mode: 0o600 });

  const { log, add } = createEventLog<VerifierEvent>();
  const lines: string[] = [];
  const kept = keepProcess({
    command: commandOf(options, host),
    folder,
    environment: {
      PATH: process.env["PATH"],
      PULLPROOF_ADMIN_TOKEN: options.adminToken,
      ...options.environment,
    },
    onLine: (line) => {
      lines.push(line);
      const event = parseEvent(line) as VerifierEvent | null;
      if (event !== null) add(event);
    },
  });
  const listens = async (listener: "origin" | "admin"): Promise<number> => {
    const isIt = (event: VerifierEvent): event is Listening =>
      event.event === "listening" && event.listener === listener;
    const found = await Promise.race([log.find(isIt, READY_WITHIN), kept.ended]);
    if (found !== null && "port" in found) return found.port;
    throw new Error(`the verifier does not listen:\n${lines.join("\n")}`);
  };
  const [port, admin] = [await listens("origin"), await listens("admin")];
  return {
    port,
    admin: `http://127.0.0.1:${admin}`,
    events: log,
    copyMapping,
    reload: async () => void process.kill(await kept.pid, "SIGHUP"),
    stop: async () => await kept.stop(),
    kill: async () => {
      process.kill(await kept.pid, "SIGKILL");
      await kept.ended;
    },
  };
}

type Listening = Extract<VerifierEvent, { event: "listening" }>;

function commandOf(options: MachineOptions, host: Standing): readonly [string, ...string[]] {
  const node = [process.execPath, ...(options.nodeOptions ?? []), BIN];
  const [program = "", ...args] = [...host.within, ...node, ...argumentsOf(options, host)];
  return [program, ...args];
}

function argumentsOf(
  { folder, application, flags, listen = 0, admin = 0 }: MachineOptions,
  { address }: Standing,
): readonly string[] {
  const settings = {
    mapping: path.join(folder, "mapping.json"),
    certificate: path.join(folder, "origin.pem"),
    key: path.join(folder, "origin.key"),
    application,
    listen: `${address}:${listen}`,
    admin: `127.0.0.1:${admin}`,
    "log-format": "json",
  };
  return [
    ...Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]),
    "--log-accepted",
    ...flags,
  ];
}
