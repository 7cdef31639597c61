import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { formatProblems, parsed } from "../../shared/problem.ts";
import { readAdminToken } from "../admin/admin-token.ts";
import { environmentProblems, SUPPORTED_NODE, thisProcess } from "../environment.ts";
import type { VerifierEvent } from "../events.ts";
import { UnsafeListener } from "../listener/guarded-server.ts";
import { createLog } from "../log.ts";
import {
  createOriginVerifier,
  VerifierRefusesToStart,
  type GuardedServer,
  type OriginVerifier,
} from "../origin-verifier.ts";
import { createAdminListener } from "./admin-listener.ts";
import { boundGarbage } from "./bound-garbage.ts";
import type { Configuration } from "./configuration.ts";
import type { ListenAddress } from "./listen-address.ts";

/** Runs the verifier until it is told to stop. What keeps it from starting goes to stderr, and the exit code is 1. */
export async function runVerifier(configuration: Configuration): Promise<void> {
  // Before all else: what follows is written for these Node versions alone.
  const unfit = environmentProblems(thisProcess());
  if (unfit.length > 0) {
    const next = `env -u NODE_OPTIONS -u OPENSSL_CONF origin-verifier ..., on Node ${SUPPORTED_NODE}`;
    refuseToStart(`\n${unfit.join("\n")}\nnext: ${next}`);
    return;
  }
  boundGarbage();
  // Asked for from the first moment: without a listener the signal would end the process.
  const started = Promise.withResolvers<OriginVerifier>();
  process.on("SIGHUP", () => void started.promise.then((verifier) => verifier.reload()));
  const { admin: asked } = configuration;
  const token = asked === null ? parsed(null) : await readAdminToken(asked.tokenFile, process.env);
  if (!token.ok) {
    refuseToStart(`\n${formatProblems("admin token", token.problems)}`);
    return;
  }
  const log = createLog();
  const foundUnsafe = Promise.withResolvers<void>();
  const running: { verifier?: OriginVerifier; server?: GuardedServer } = {};
  const admin =
    asked === null
      ? null
      : createAdminListener({
          configuration: asked,
          token: token.value,
          trust: () => running.verifier?.trust() ?? null,
          connections: () => running.server?.connectionCount() ?? 0,
        });
  const tell = (event: VerifierEvent): void => {
    admin?.take(event);
    // One line a pull is the application's own log; here it is asked for.
    if (event.event !== "pull-accepted" || configuration.logAccepted) log.write(event);
    if (event.event === "listener-unsafe") foundUnsafe.resolve();
  };

  let verifier: OriginVerifier;
  try {
    verifier = await createOriginVerifier({
      mapping: configuration.mapping,
      origins: configuration.origins,
      refuse: configuration.refuse,
      tls: configuration.tls,
      limits: configuration.limits,
      onEvent: tell,
    });
  } catch (error) {
    if (!(error instanceof VerifierRefusesToStart)) throw error;
    refuseToStart(`\n${error.message}\nnext: pullproof check`);
    return;
  }
  const server = verifier.proxy(configuration.applicationOf);
  Object.assign(running, { verifier, server });

  let listening: AddressInfo;
  try {
    if (admin !== null && asked !== null) {
      const port = await listen(admin.server, asked.address);
      tell({ event: "listening", listener: "admin", address: asked.address.host, port });
    }
    listening = await server.listen(configuration.listen.port, configuration.listen.host);
  } catch (error) {
    refuseToStart(
      error instanceof UnsafeListener ? unsafe(error) : busy(error as NodeJS.ErrnoException),
    );
    admin?.server.close();
    admin?.server.closeAllConnections();
    await server.close(0).catch(() => {});
    return;
  }

  let stopping = false;
  const stop = async (): Promise<void> => {
    if (stopping) return;
    stopping = true;
    tell({ event: "stopping" });
    await server.close();
    tell({ event: "stopped" });
    admin?.server.close();
    admin?.server.closeAllConnections();
  };
  void foundUnsafe.promise.then(() => {
    process.stderr.write("origin-verifier stops: its own listener is not safe any more\n");
    process.exitCode = 3;
    return stop();
  });
  process.on("SIGTERM", () => void stop());
  process.on("SIGINT", () => void stop());
  started.resolve(verifier);
  const { address, port } = listening;
  tell({ event: "listening", listener: "origin", address, port });
}

function refuseToStart(why: string): void {
  process.stderr.write(`origin-verifier does not start:${why.startsWith("\n") ? "" : " "}${why}\n`);
  process.exitCode = 1;
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

function unsafe({ message }: UnsafeListener): string {
  return `its own listener is not safe:\n${message}\nnext: start it with an unchanged Node (node --version), without NODE_OPTIONS`;
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
