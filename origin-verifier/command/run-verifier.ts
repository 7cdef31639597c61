import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { formatProblems, parsed } from "../../shared/problem.ts";
import { readAdminToken } from "../admin/admin-token.ts";
import { environmentProblems, SUPPORTED_NODE, thisProcess } from "../environment.ts";
import type { VerifierEvent } from "../events.ts";
import { createLog } from "../log/create-log.ts";
import {
  createOriginVerifier,
  VerifierRefusesToStart,
  type GuardedServer,
  type OriginVerifier,
} from "../origin-verifier.ts";
import type { FileDigests } from "../trust/read-file.ts";
import { digestsOf } from "../watch/digests-of.ts";
import { createAdminListener } from "./admin-listener.ts";
import { boundGarbage } from "./bound-garbage.ts";
import type { Configuration } from "./configuration.ts";
import { keepReloading } from "./keep-reloading.ts";
import type { ListenAddress } from "./listen-address.ts";
import { listenFailure, refuseToStart } from "./refuse-to-start.ts";
import type { RunOptions } from "./run-options.ts";
import { createStop } from "./stop-verifier.ts";

/** What a process is started with. */
export interface RunInput {
  readonly started: Configuration;
  readonly run: RunOptions;
  /** The configuration file, to be read again with each reload; null where flags said everything. */
  readonly file: string | null;
  /** Its digest, from before it was read. */
  readonly digests: FileDigests;
}

/** Runs the verifier until it is told to stop. What keeps it from starting goes to stderr, and the exit code is 1. */
export async function runVerifier({ started, run, file, digests }: RunInput): Promise<void> {
  // Before all else: what follows is written for these Node versions alone.
  const unfit = environmentProblems(thisProcess());
  if (unfit.length > 0) {
    const next = `env -u NODE_OPTIONS -u OPENSSL_CONF origin-verifier ..., on Node ${SUPPORTED_NODE}`;
    refuseToStart(`\n${unfit.join("\n")}\nnext: ${next}`);
    return;
  }
  boundGarbage();
  // Asked for from the first moment: without a listener the signal would end the process.
  const reloading = Promise.withResolvers<() => void>();
  process.on("SIGHUP", () => void reloading.promise.then((reload) => reload()));
  const tokenFile = started.admin?.tokenFile ?? null;
  const beside = new Map([...digests, ...(await digestsOf(tokenFile === null ? [] : [tokenFile]))]);
  const token =
    started.admin === null ? parsed(null) : await readAdminToken(tokenFile, process.env);
  if (!token.ok) {
    refuseToStart(`\n${formatProblems("admin token", token.problems)}`);
    return;
  }
  const { stdout } = process;
  const format = run.logFormat ?? (stdout.isTTY ? "pretty" : "json");
  const log = await createLog(format, stdout.isTTY && stdout.hasColors());
  const foundUnsafe = Promise.withResolvers<void>();
  const running: { verifier?: OriginVerifier; server?: GuardedServer } = {};
  const admin =
    started.admin === null
      ? null
      : createAdminListener({
          configuration: started.admin,
          token: token.value,
          trust: () => running.verifier?.trust() ?? null,
          connections: () => running.server?.connectionCount() ?? 0,
        });
  const tell = (event: VerifierEvent): void => {
    admin?.take(event);
    // One line a pull is the application's own log; here it is asked for.
    if (event.event !== "pull-accepted" || run.logAccepted) log.write(event);
    if (event.event === "listener-unsafe") foundUnsafe.resolve();
  };

  let verifier: OriginVerifier;
  try {
    const { mapping, origins, refuse, tls, limits, clientCertHeader } = started;
    const options = { mapping, origins, refuse, tls, limits, clientCertHeader };
    verifier = await createOriginVerifier({ ...options, onEvent: tell });
  } catch (error) {
    if (!(error instanceof VerifierRefusesToStart)) throw error;
    refuseToStart(`\n${error.message}\nnext: pullproof check`);
    return;
  }
  let current = started;
  const server = verifier.proxy(
    (originHostname) => current.applicationOf(originHostname),
    started.proxyProtocol,
  );
  Object.assign(running, { verifier, server });
  let listening: AddressInfo;
  try {
    if (admin !== null && started.admin !== null) {
      const { address } = started.admin;
      const port = await listen(admin.server, address);
      tell({ event: "listening", listener: "admin", address: address.host, port });
    }
    listening = await server.listen(started.listen.port, started.listen.host);
  } catch (error) {
    refuseToStart(listenFailure(error));
    endAdmin(admin?.server);
    await server.close(0);
    return;
  }

  let inForce = token.value;
  const stop = createStop({
    server,
    run,
    tell,
    begin: () => reloads.close(),
    end: () => {
      endAdmin(admin?.server);
      log.end();
    },
  });
  void foundUnsafe.promise.then(() => {
    process.stderr.write("origin-verifier stops: its own listener is not safe any more\n");
    process.exitCode = 3;
    return stop.now();
  });
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, stop.stop);
  const { address, port } = listening;
  tell({ event: "listening", listener: "origin", address, port });
  const reloads = keepReloading({
    verifier,
    started,
    file,
    environment: process.env,
    run,
    beside,
    watching: (how) => log.write({ event: "watching", ...how }),
    adopt: (configuration, next) => {
      current = configuration;
      if (next === null || next === inForce) return;
      inForce = next;
      admin?.replaceToken(next);
      log.write({ event: "admin-token-replaced" });
    },
  });
  reloading.resolve(reloads.asked);
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

function endAdmin(server: Server | undefined): void {
  server?.close();
  server?.closeAllConnections();
}
