import { formatProblems, parsed } from "../../shared/problem.ts";
import { readAdminToken } from "../admin/admin-token.ts";
import { endAdmin, listenOn } from "../command/admin-server.ts";
import { openStdout } from "../command/open-stdout.ts";
import { listenFailure, refuseToStart, refusesThisProcess } from "../command/refuse-to-start.ts";
import type { RunInput } from "../command/run-verifier.ts";
import { createLog } from "../log/create-log.ts";
import { holdPort, type HeldPort } from "./hold-port.ts";
import { createMachine } from "./machine.ts";
import { createMergedAdmin, type MergedAdmin } from "./merged-admin.ts";
import type { WorkerSettings } from "./messages.ts";
import { createSupervision } from "./supervision.ts";

/** How often the workers are asked, so that little is lost of what one counted that ends. */
const ASK_MS = 10_000;
/** How often while somebody looks on. */
const LIVE_MS = 1_000;

/**
 * Runs several processes that accept pulls at one address, and accepts none itself: it starts them, starts again what ends,
 * answers for all of them on the one admin listener, and passes signals and log lines on.
 */
export async function runSupervisor({ started, run }: RunInput): Promise<void> {
  if (refusesThisProcess(started.profile)) return;
  const { admin: configured } = started;
  const token =
    configured === null ? parsed(null) : await readAdminToken(configured.tokenFile, process.env);
  if (!token.ok) {
    refuseToStart(`\n${formatProblems("admin token", token.problems)}`);
    return;
  }
  const output = await openStdout(run);
  const log = createLog(output, null);
  const machine = createMachine(started.workers, Date.now, () => void supervision.ask());
  let admin: MergedAdmin | null = null;
  let held: HeldPort | null = null;
  try {
    held = await holdPort(started.listen);
    if (configured !== null) {
      const ask = (): Promise<void> => supervision.ask();
      admin = createMergedAdmin({
        machine,
        ask,
        configuration: configured,
        profile: started.profile,
        token: token.value,
      });
      const port = await listenOn(admin.server, configured.address);
      const { host: address } = configured.address;
      log.write({ event: "listening", listener: "admin", address, port });
    }
  } catch (error) {
    refuseToStart(listenFailure(error));
    endAdmin(admin?.server);
    held?.release();
    return;
  }
  let inForce = token.value;
  const supervision = createSupervision({
    count: started.workers,
    machine,
    begin: { port: held.port, settings: settingsOf(started) },
    firstListens: () => held?.release(),
    line: output.write,
    token: (next) => {
      if (next === inForce) return;
      inForce = next;
      admin?.replaceToken(next);
      log.write({ event: "admin-token-replaced" });
    },
    restarting: (worker, processId, by, againInMs) =>
      log.write({ event: "worker-ended", worker, processId, by, againInMs }),
    early: (worker, { signal }) =>
      refuseToStart(`worker ${worker} ended before it listened (${signal ?? "exit code 0"})`),
    over: (code) => {
      for (const timer of asking) clearInterval(timer);
      held?.release();
      endAdmin(admin?.server);
      log.end();
      process.exitCode = code;
    },
  });
  const asking = [
    setInterval(() => void supervision.ask(), ASK_MS),
    setInterval(() => {
      if (machine.live()) void supervision.ask();
    }, LIVE_MS),
  ];
  process.on("SIGHUP", supervision.reload);
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, supervision.stop);
  supervision.begin();
}

function settingsOf(started: RunInput["started"]): WorkerSettings {
  const { listen, admin, refuse, profile, limits } = started;
  const { clientCertHeader, proxyProtocol, balancers, reader, workers } = started;
  const identity = { clientCertHeader, proxyProtocol, balancers };
  return { listen, admin, refuse, profile, limits, ...identity, reader, workers };
}
