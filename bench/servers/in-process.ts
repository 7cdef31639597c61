import path from "node:path";
import { fileURLToPath } from "node:url";
import { startPinned, type PinnedProcess } from "../machine/pinned-process.ts";
import type { Program } from "../programs/in-process-program.ts";
import { freePort, untilOpen } from "../machine/free-port.ts";
import { nginx } from "./nginx.ts";
import type { Application, Place, Server } from "./server.ts";

/** The kinds of applications that run on Node here. */
export type Framework = Program["framework"];

const PROGRAM = fileURLToPath(new URL("../programs/in-process-program.ts", import.meta.url));

/** An application on Node that takes pulls itself: behind the verifier's two locks, or behind `node:https` alone. */
export function inProcess(
  name: string,
  options: { readonly framework: Framework; readonly main: string | null; readonly count?: number },
): Server {
  const { framework, main, count = 1 } = options;
  return {
    name,
    needs: null,
    start: async (place) => {
      const lock = main === null ? "https" : "verifier";
      const all = await startPrograms(place, { framework, lock, main }, count);
      return {
        ports: all.map(({ port }) => port),
        pids: () => all.flatMap(({ under }) => under.pids()),
        said: () => all.map(({ under }) => under.said()).join("\n"),
        stop: () => stopAll(all),
      };
    },
  };
}

/** The same application over plain HTTP behind nginx, both on the same cores: what an in-process lock saves. */
export function nginxBefore(name: string, framework: Framework, count = 1): Server {
  return {
    name,
    needs: "nginx",
    start: async (place) => {
      const all = await startPrograms(place, { framework, lock: "none", main: null }, count);
      const applications: readonly Application[] = all.map(({ port }) => ({ port, socket: "" }));
      const front = await nginx({ name, hop: "tcp", workers: count, applications }).start(place);
      return {
        ports: front.ports,
        pids: () => [...front.pids(), ...all.flatMap(({ under }) => under.pids())],
        said: () => [front.said(), ...all.map(({ under }) => under.said())].join("\n"),
        stop: async () => {
          await front.stop();
          await stopAll(all);
        },
      };
    },
  };
}

interface Started {
  readonly port: number;
  readonly under: PinnedProcess;
}

async function startPrograms(
  { certificates, cores, folder }: Place,
  { framework, lock, main }: Pick<Program, "framework" | "lock"> & { main: string | null },
  count: number,
): Promise<readonly Started[]> {
  return await Promise.all(
    Array.from({ length: count }, async () => {
      const port = await freePort();
      const modules = main === null ? null : path.dirname(main);
      const ending = main === null ? "" : path.extname(main);
      const program: Program = { framework, lock, modules, ending, certificates, port };
      const command = [process.execPath, PROGRAM, JSON.stringify(program)] as const;
      const under = await startPinned({ command, cores, folder });
      await untilOpen(port, under.said);
      return { port, under };
    }),
  );
}

async function stopAll(all: readonly Started[]): Promise<void> {
  await Promise.all(all.map(({ under }) => under.stop()));
}
