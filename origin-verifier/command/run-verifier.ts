import type { AddressInfo } from "node:net";
import { formatProblems, parsed } from "../../shared/problem.ts";
import { readAdminToken } from "../admin/admin-token.ts";
import type { VerifierEvent } from "../events.ts";
import { createLog, openOutput } from "../log/create-log.ts";
import {
  createOriginVerifier,
  VerifierRefusesToStart,
  type GuardedServer,
  type OriginVerifier,
} from "../origin-verifier.ts";
import type { FileDigests } from "../trust/read-file.ts";
import { digestsOf } from "../watch/digests-of.ts";
import type { SupervisorLink } from "../workers/supervisor-link.ts";
import { createAdminListener } from "./admin-listener.ts";
import { endAdmin, listenOn } from "./admin-server.ts";
import { boundGarbage } from "./bound-garbage.ts";
import type { Configuration } from "./configuration.ts";
import { keepReloading } from "./keep-reloading.ts";
import { openStdout } from "./open-stdout.ts";
import { listenFailure, nextFor, refusesThisProcess, refuseToStart } from "./refuse-to-start.ts";
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
  /** Whose worker this process is; without one it stands alone. */
  readonly supervisor?: SupervisorLink;
}

/** Runs the verifier until it is told to stop. What keeps it from starting goes to stderr, and the exit code is 1. */
export async function runVerifier(input: RunInput): Promise<void> {
  const { started, run, file, digests, supervisor } = input;
  // Before all else: what follows is written for these Node versions alone.
  if (refusesThisProcess(started.profile)) return;
  boundGarbage();
  // Asked for from the first moment: without a listener the signal would end the process.
  const reloading = Promise.withResolvers<() => void>();
  const askReload = (): void => void reloading.promise.then((reload) => reload());
  if (supervisor === undefined) process.on("SIGHUP", askReload);
  else supervisor.onReload(askReload);
  const tokenFile = started.admin?.tokenFile ?? null;
  const beside = new Map([...digests, ...(await digestsOf(tokenFile === null ? [] : [tokenFile]))]);
  const hasAdmin = started.admin !== null && supervisor === undefined;
  const token = hasAdmin ? await readAdminToken(tokenFile, process.env) : parsed(null);
  if (!token.ok) {
    refuseToStart(`\n${formatProblems("admin token", token.problems)}`);
    return;
  }
  const log =
    supervisor === undefined
      ? createLog(await openStdout(run), null)
      : createLog(await openOutput("json", false), supervisor.worker);
  const foundUnsafe = Promise.withResolvers<void>();
  const running: { verifier?: OriginVerifier; server?: GuardedServer } = {};
  const admin =
    started.admin === null || supervisor !== undefined
      ? null
      : createAdminListener({
          configuration: started.admin,
          profile: started.profile,
          token: token.value,
          trust: () => running.verifier?.trust() ?? null,
          connections: () => running.server?.connectionCount() ?? 0,
        });
  const observe = supervisor?.observe({
    trust: () => running.verifier?.trust() ?? null,
    files: () => running.verifier?.files() ?? new Map(),
    connections: () => running.server?.connectionCount() ?? 0,
  });
  const tell = (event: VerifierEvent): void => {
    admin?.take(event);
    observe?.(event);
    // One line a pull is the application's own log; here it is asked for.
    if (event.event !== "pull-accepted" || run.logAccepted) log.write(event);
    if (event.event === "listener-unsafe") foundUnsafe.resolve();
  };

  let verifier: OriginVerifier;
  try {
    const { mapping, origins, refuse, profile, limits, clientCertHeader, balancers, reader } =
      started;
    const serving = { refuse, profile, limits, clientCertHeader, balancers, reader };
    const options = { mapping, origins, ...serving };
    verifier = await createOriginVerifier({ ...options, onEvent: tell });
  } catch (error) {
    if (!(error instanceof VerifierRefusesToStart)) throw error;
    refuseToStart(`\n${error.message}\nnext: ${nextFor(error, started.mapping)}`);
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
      const port = await listenOn(admin.server, address);
      tell({ event: "listening", listener: "admin", address: address.host, port });
    }
    const { host, port } = started.listen;
    listening =
      supervisor === undefined
        ? await server.listen(port, host)
        : await server.listen(supervisor.port, host, { reusePort: true });
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
      supervisor?.end();
    },
  });
  void foundUnsafe.promise.then(() => {
    process.stderr.write("origin-verifier stops: its own listener is not safe any more\n");
    process.exitCode = 3;
    return stop.now();
  });
  if (supervisor === undefined)
    for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, stop.stop);
  else supervisor.onStop(stop.stop);
  const { address, port } = listening;
  const { profile } = started;
  tell({ event: "listening", listener: "origin", address, port, profile });
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
      if (supervisor !== undefined) {
        supervisor.tellToken(next);
        return;
      }
      admin?.replaceToken(next);
      log.write({ event: "admin-token-replaced" });
    },
  });
  reloading.resolve(reloads.asked);
}
