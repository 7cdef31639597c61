import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { startPinned } from "../machine/pinned-process.ts";
import type { WorkerListening, WorkerProgram } from "../programs/worker-program.ts";
import type { Server } from "./server.ts";

const PROGRAM = fileURLToPath(new URL("../programs/worker-program.ts", import.meta.url));

/** A Worker in workerd. What counts is workerd's own CPU, and not that of the Node that starts it. */
export function worker(name: string, script: string, originPort: () => number): Server {
  return {
    name,
    needs: null,
    start: async ({ folder, certificates, cores }) => {
      const origin = `127.0.0.1:${originPort()}`;
      const program: WorkerProgram = { script, folder, certificates, origin };
      const command = [process.execPath, PROGRAM, JSON.stringify(program)] as const;
      const under = await startPinned({ command, cores, folder });
      const port = await under.hear("that it listens", (said) =>
        typeof said === "object" && said !== null && "listening" in said
          ? (said as WorkerListening).listening
          : null,
      );
      return {
        ports: [port],
        isPlain: true,
        pids: () => under.pids().filter(isWorkerd),
        said: under.said,
        stop: under.stop,
      };
    },
  };
}

function isWorkerd(pid: number): boolean {
  return readFileSync(`/proc/${pid}/comm`, "utf8").startsWith("workerd");
}
