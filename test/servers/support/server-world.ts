import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { keepProcess, type KeptProcess } from "../../../cli/processes/kept-process.ts";
import { runIn, type Ran } from "../../cli/support/run-pullproof.ts";
import {
  startApplication,
  type RecordingApplication,
} from "../../conformance/support/application.ts";
import { mappingOf, type Pki } from "../../conformance/support/pki.ts";
import { waitFor } from "../../conformance/support/wait-for.ts";
import type { Minted } from "../../support/certificates.ts";
import type { ServerKind } from "./binaries.ts";

/** A server that runs what was rendered for it, with an application behind it: a black box. */
export interface ServerWorld {
  readonly kind: ServerKind;
  readonly pki: Pki;
  readonly port: number;
  readonly folder: string;
  readonly application: RecordingApplication;
  /** What the server said, for the message of a failure. */
  readonly said: () => string;
  readonly write: (name: string, text: string) => void;
  /** Renders from another mapping; the mapping as it is where none is given. Puts the certificates beside it. */
  readonly render: (mapping?: object, certificates?: readonly Minted[]) => Promise<Ran>;
  /** Tells the server to read its files again; a signal is sent, and what comes of it is not waited for. */
  readonly reload: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** What is otherwise than usual. */
export interface ServerOptions {
  /** Another application than the recording one. */
  readonly applicationPort?: number;
  /** What the server finds in its environment beside the usual. */
  readonly environment?: Readonly<Record<string, string>>;
  /** What is done to the folder after each rendering, before the server reads it. */
  readonly damage?: (folder: string) => void;
}

/** Starts one, with the usual mapping of two hostnames. Fails, with what the server said, where it does not start. */
export async function startServer(
  kind: ServerKind,
  pki: Pki,
  { applicationPort, environment = {}, damage = () => {} }: ServerOptions = {},
): Promise<ServerWorld> {
  const folder = mkdtempSync(join(tmpdir(), `pullproof-${kind.name}-`));
  const port = await freePort();
  const application = await startApplication();
  const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);
  writePki(write, pki);
  write(
    "origin-verifier.json",
    JSON.stringify(configuration(pki, port, applicationPort ?? application.port)),
  );
  const render = async (mapping: object = mappingOf(pki), certificates: readonly Minted[] = []) => {
    for (const { fingerprint, pem } of certificates) write(`${fingerprint.slice(7)}.pem`, pem);
    write("mapping.json", JSON.stringify(mapping));
    const args = ["--config", "origin-verifier.json", "--log", join(folder, "pulls.log")];
    const ran = await runIn(folder, "render", kind.name, ...args, "--out", folder, "--force");
    damage(folder);
    return ran;
  };
  let said = "";
  let kept: KeptProcess | null = null;
  const close = async (): Promise<void> => {
    await kept?.stop();
    await application.close();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const ran = await render();
    if (ran.status !== 0) throw new Error(`it does not render: ${ran.stderr}`);
    const around = kind.wrap?.(folder);
    if (around !== undefined) write(around.name, around.text);
    const launch = async (): Promise<KeptProcess> => {
      // Kept: however the tests end, it goes with them, and its workers too.
      const started = keepProcess({
        command: [kind.binary, ...kind.start(folder)],
        folder,
        environment: {
          PATH: process.env["PATH"],
          HOME: folder,
          XDG_DATA_HOME: folder,
          ...environment,
        },
        onLine: (line) => (said += `${line}\n`),
      });
      kept = started;
      let ended = false;
      void started.ended.then(() => (ended = true));
      await started.pid;
      await waitFor(`${kind.name} listens`, () => {
        if (ended) throw new Error(`${kind.name} ended: ${said}`);
        return isListening(port);
      });
      return started;
    };
    let running = await launch();
    return {
      kind,
      pki,
      port,
      folder,
      application,
      said: () => said,
      write,
      render,
      reload: async () => {
        // As the notes at the top of the rendered file say it: looked at first.
        if (kind.check !== null) {
          const env = { PATH: process.env["PATH"] ?? "", HOME: folder, XDG_DATA_HOME: folder };
          const seen = spawnSync(kind.binary, [...kind.check(folder)], { encoding: "utf8", env });
          if (seen.status !== 0) throw new Error(`not reloaded: ${seen.stderr}`);
        }
        if (kind.reload === "restart") {
          await running.stop();
          running = await launch();
        } else if (typeof kind.reload === "string") {
          process.kill(await running.pid, kind.reload);
        } else {
          const result = spawnSync(kind.binary, [...kind.reload(folder)], { encoding: "utf8" });
          if (result.status !== 0) throw new Error(`no reload: ${result.stderr}`);
        }
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function writePki(write: ServerWorld["write"], pki: Pki): void {
  write("issuer.pem", pki.issuer.pem);
  write("other.pem", pki.otherIssuer.pem);
  write("leaf-shop.pem", pki.shop.pem);
  write("leaf-blog.pem", pki.blog.pem);
  for (const [hostname, { pem, keyPem }] of Object.entries(pki.origins)) {
    write(`${hostname}.pem`, pem);
    write(`${hostname}.pem.key`, keyPem);
  }
}

function configuration({ origins }: Pki, port: number, applicationPort: number): object {
  const application = `http://127.0.0.1:${applicationPort}`;
  const served = Object.keys(origins).map((hostname) => [
    hostname,
    { certificate: `${hostname}.pem`, key: `${hostname}.pem.key`, application },
  ]);
  return {
    mapping: "mapping.json",
    listen: `127.0.0.1:${port}`,
    origins: Object.fromEntries(served) as unknown,
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

/** Looks in the kernel's table: a connection would be one that a test did not make. */
function isListening(port: number): boolean {
  const hex = port.toString(16).toUpperCase().padStart(4, "0");
  const listening = new RegExp(`:${hex} 0+:0000 0A `);
  return ["/proc/net/tcp", "/proc/net/tcp6"].some((table) =>
    listening.test(readFileSync(table, "utf8")),
  );
}
