import { Command } from "commander";
import { liveLine } from "../local-world/live.ts";
import type { LocalWorld } from "../local-world/local-world.ts";
import { EXIT, type EndWith } from "../manners/exit-code.ts";
import type { Io, Speaker } from "../manners/io.ts";
import { parsePort } from "./arguments.ts";
import { createProgress } from "./progress.ts";

interface DevFlags {
  readonly mapping: string;
  readonly local: string;
  readonly once?: boolean;
  readonly json?: boolean;
  readonly port: number;
  readonly originPort: number;
  readonly applicationPort: number;
  readonly edgePort: number;
}

const ABOUT = `
Brings up, on this machine alone: throwaway certificates (.pullproof/local), a demo
application, the verifier in front of it, the Worker in workerd (wrangler dev) where an entry
is presented by one and, for entries that Cloudflare's edge presents for, a simulator of that
edge. Then it tries what should work and what should not, and shows what happened.

Examples:
  pullproof dev                       stays up, and shows every pull as it happens
  pullproof dev --once                tries everything, then exits: 0 when all is as it should be
  pullproof dev --once --json         the same, as data
  pullproof dev --port 8788 --origin-port 8444 --application-port 3001`;

/** `pullproof dev`: the local world, which `npm start` runs. */
export function devCommand(io: Io, endWith: EndWith): Command {
  return new Command("dev")
    .description("bring up the local world, and show what is accepted and what is refused")
    .option("--once", "try everything, print the table, stop")
    .option("--json", "print the table as JSON")
    .option("--port <n>", "port of the Worker (0: any)", parsePort, 8787)
    .option("--origin-port <n>", "port of the verifier (0: any)", parsePort, 8443)
    .option("--application-port <n>", "port of the application (0: any)", parsePort, 3000)
    .option("--edge-port <n>", "port of the edge, if there is one (0: any)", parsePort, 8790)
    .option("--mapping <file>", "the mapping", "mapping.json")
    .option("--local <file>", "the local twin of wrangler's configuration", "wrangler.local.toml")
    .addHelpText("after", ABOUT)
    .action(async (flags: DevFlags) => await dev(flags, io, endWith));
}

async function dev(flags: DevFlags, io: Io, endWith: EndWith): Promise<void> {
  const stopped = stopOnSignal();
  // Loaded here alone: the other commands need neither wrangler nor ws beside them.
  const { interrupted, startLocalWorld } = await import("../local-world/start-local-world.ts");
  const { listAttempts } = await import("../local-world/attempts.ts");
  const { listEdgeAttempts } = await import("../local-world/edge-attempts.ts");
  const { runAttempts } = await import("../local-world/run-attempts.ts");
  const { showTable, tableAsData } = await import("./dev-output.ts");

  const progress = createProgress(io.err);
  let world: LocalWorld;
  try {
    world = await startLocalWorld({
      mapping: flags.mapping,
      configuration: flags.local,
      ports: {
        worker: flags.port,
        origin: flags.originPort,
        application: flags.applicationPort,
      },
      edgePort: flags.edgePort,
      now: new Date(),
      signal: stopped,
      onStep: progress.step,
      typed: typedCommand(),
    });
  } finally {
    progress.end();
  }
  try {
    const { mapping, certificates } = world;
    const attempts = [
      ...listAttempts(mapping, certificates),
      ...listEdgeAttempts(mapping, certificates),
    ];
    const rows = await whileItStands(world, stopped, runAttempts(world, attempts));
    if (rows === null) throw interrupted();
    if (flags.json === true) io.out.line(JSON.stringify(tableAsData(world, rows), null, 2));
    else showTable(world, rows, io.out, flags.once === true);
    if (flags.once === true) {
      endWith(rows.every(({ asItShouldBe }) => asItShouldBe) ? EXIT.fine : EXIT.problems);
      return;
    }
    const unfollow = flags.json === true ? null : showPulls(world, io.out);
    // Nor does it run on for a reader who has left.
    await whileItStands(world, AbortSignal.any([stopped, io.lost]), null);
    unfollow?.();
    // The terminal has written ^C.
    if (io.err.isTerminal) io.err.line("\n  stopping ...");
  } finally {
    await world.close();
  }
}

/** Aborted by Ctrl-C and its kin. The second one ends this process at once; the keepers then end everything else. */
function stopOnSignal(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => {
      if (controller.signal.aborted) process.exit(EXIT.problems);
      controller.abort();
    });
  }
  return controller.signal;
}

/**
 * Waits for some work, or for ever where there is none.
 *
 * @returns null where it was told to stop first.
 * @throws {Failure} where a part of the world ends by itself meanwhile.
 */
async function whileItStands<T>(
  world: LocalWorld,
  stopped: AbortSignal,
  work: Promise<T> | null,
): Promise<T | null> {
  const told = Promise.withResolvers<null>();
  if (stopped.aborted) told.resolve(null);
  stopped.addEventListener("abort", () => told.resolve(null), { once: true });
  const broken = world.broken.then((reason) => Promise.reject(reason));
  // After the race is over a world breaks when it is closed: nobody asks then.
  broken.catch(() => undefined);
  return await Promise.race([told.promise, broken, ...(work === null ? [] : [work])]);
}

function showPulls(world: LocalWorld, out: Speaker): () => void {
  return world.verifierEvents.follow((event) => {
    const line = liveLine(event, new Date(), out.colours);
    if (line !== null) out.line(`  ${line}`);
  });
}

/** What the person typed, so that the next command is one that they can repeat. */
function typedCommand(): string {
  const script = process.env["npm_lifecycle_event"];
  if (script === "start") return "npm start --";
  return script === undefined || script === "npx" ? "pullproof dev" : `npm run ${script} --`;
}
