import { fileURLToPath } from "node:url";
import { freePort, untilOpen } from "../machine/free-port.ts";
import { startPinned } from "../machine/pinned-process.ts";
import type { Server } from "./server.ts";

const PROGRAM = fileURLToPath(new URL("../programs/pass-on-program.ts", import.meta.url));

/**
 * Node that passes bytes on to the application's Unix socket, and looks at none of them: for comparison, and no bound. It has
 * one connection to the application for each of a peer's, where the verifier's are pooled.
 */
export function passOn(name: string): Server {
  return {
    name,
    needs: null,
    start: async ({ certificates, application, cores, folder }) => {
      const port = await freePort();
      const { origin, originKey, issuer } = certificates;
      const args = [String(port), origin, originKey, issuer, application.socket];
      const command = [process.execPath, PROGRAM, ...args] as const;
      const under = await startPinned({ command, cores, folder });
      await untilOpen(port, under.said);
      return { ports: [port], pids: under.pids, said: under.said, stop: under.stop };
    },
  };
}
