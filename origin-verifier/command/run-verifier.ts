import type { Server } from "node:http";
import { createAdmin } from "../admin/create-admin.ts";
import { statusOf } from "../admin/status.ts";
import { createLog } from "../log.ts";
import {
  createOriginVerifier,
  VerifierRefusesToStart,
  type OriginVerifier,
} from "../origin-verifier.ts";
import type { Configuration } from "./configuration.ts";
import type { ListenAddress } from "./listen-address.ts";

/** Runs the verifier until it is told to stop. What keeps it from starting goes to stderr, and the exit code is 1. */
export async function runVerifier(configuration: Configuration): Promise<void> {
  const log = createLog();
  let verifier: OriginVerifier;
  try {
    verifier = await createOriginVerifier({
      mapping: configuration.mapping,
      origins: configuration.origins,
      refuse: configuration.refuse,
      onEvent: (event) => {
        // One line a pull is the application's own log; here it is asked for.
        if (event.event !== "pull-accepted" || configuration.logAccepted) log.write(event);
      },
    });
  } catch (error) {
    if (!(error instanceof VerifierRefusesToStart)) throw error;
    process.stderr.write(
      `origin-verifier does not start:\n${error.message}\nnext: pullproof check\n`,
    );
    process.exitCode = 1;
    return;
  }

  const server = verifier.proxy(configuration.applicationOf);
  let watchingSince: Date | null = null;
  let ready = false;
  const admin =
    configuration.admin === null
      ? null
      : createAdmin({
          ready: () => ready,
          status: () => statusOf(verifier.trust(), watchingSince, ready),
        });
  try {
    if (admin !== null && configuration.admin !== null) {
      const port = await listen(admin, configuration.admin);
      log.write({ event: "listening", listener: "admin", address: configuration.admin.host, port });
    }
    const { address, port } = await server.listen(
      configuration.listen.port,
      configuration.listen.host,
    );
    watchingSince = new Date();
    ready = true;
    log.write({ event: "listening", listener: "origin", address, port });
  } catch (error) {
    process.stderr.write(
      `origin-verifier does not start: ${busy(error as NodeJS.ErrnoException)}\n`,
    );
    process.exitCode = 1;
    admin?.close();
    await server.close(0).catch(() => {});
    return;
  }

  process.on("SIGHUP", () => void verifier.reload());
  const stop = async (): Promise<void> => {
    if (!ready) return;
    ready = false;
    log.write({ event: "stopping" });
    await server.close();
    log.write({ event: "stopped" });
    admin?.close();
    admin?.closeAllConnections();
  };
  process.on("SIGTERM", () => void stop());
  process.on("SIGINT", () => void stop());
}

function listen(server: Server, { host, port }: ListenAddress): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : port);
    });
  });
}

function busy(error: NodeJS.ErrnoException & { address?: string; port?: number }): string {
  const where = `${error.address ?? ""}:${error.port ?? ""}`;
  switch (error.code) {
    case "EADDRINUSE":
      return `${where} is taken by another process\nnext: stop that one (ss -ltnp), or name another address with --listen or --admin`;
    case "EACCES":
      return `${where} may not be opened by this user\nnext: name a port of 1024 or above with --listen, or give the process CAP_NET_BIND_SERVICE`;
    case "EADDRNOTAVAIL":
      return `${where} is no address of this machine\nnext: name one of its own with --listen or --admin`;
    default:
      return `${error.message}\nnext: origin-verifier --help`;
  }
}
