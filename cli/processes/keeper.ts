/**
 * Runs one command for as long as its parent holds the other end of the IPC channel, and no longer: however the parent
 * ends, by SIGKILL too, the channel breaks, and the command goes with everything that it has started. This is what
 * "leaves no process behind" rests on; wrangler alone starts four.
 *
 * Usage: node keeper.ts COMMAND [ARGUMENT...], spawned with an IPC channel.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { constants } from "node:os";
import { setTimeout as delay } from "node:timers/promises";
import type { KeeperMessage } from "./keeper-message.ts";
import { groupIsAlive, signalGroup } from "./process-group.ts";

/** How long a command has to end in good order before it is killed, in milliseconds. */
const GRACE = 4000;
/** After SIGKILL nothing can refuse; what is still there hangs in the kernel, and is not waited for. */
const LAST_WAIT = 2000;
const INTERVAL = 20;

let group: number | undefined;
let stopping: Promise<void> | null = null;

process.on("disconnect", () => void stop());
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.on(signal, () => void stop());
}
// A keeper that dies of an error of its own would leave behind what it keeps.
process.on("uncaughtException", (error) => {
  process.stderr.write(`${error.stack ?? error.message}\n`);
  void stopAndExit(1);
});

// The parent may be gone before this line: then nobody will ever say so, and there is nothing to start.
if (process.connected) keep(process.argv.slice(2));

function keep([command = "", ...commandArguments]: readonly string[]): void {
  // A group of its own: its leader's id names every process that the command starts, unless one leaves on purpose.
  const child: ChildProcess = spawn(command, commandArguments, {
    detached: true,
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  group = child.pid;
  child.on("error", (error) => {
    tell({ keeper: "failed", message: error.message });
    if (child.pid === undefined) process.exit(127);
  });
  child.on("spawn", () => tell({ keeper: "spawned", pid: child.pid ?? 0 }));
  // What the command tells its parent (wrangler: that it is ready) is meant for ours.
  child.on("message", (message) => tell({ keeper: "message", message }));
  child.on("exit", (code, signal) => {
    // Whatever it was starting at the very moment of the first signal has not had one.
    if (group !== undefined) signalGroup(group, "SIGTERM");
    // As a shell says it: 128 and the signal's number.
    void stopAndExit(code ?? 128 + (signal === null ? 0 : constants.signals[signal]));
  });
}

/** Ends the whole group, once. The keeper itself exits when the command has. */
function stop(): Promise<void> {
  stopping ??= group === undefined ? Promise.resolve() : endGroup(group);
  return stopping;
}

async function stopAndExit(code: number): Promise<never> {
  await stop();
  process.exit(code);
}

async function endGroup(leader: number): Promise<void> {
  signalGroup(leader, "SIGTERM");
  if (await ends(leader, GRACE)) return;
  signalGroup(leader, "SIGKILL");
  await ends(leader, LAST_WAIT);
}

async function ends(leader: number, milliseconds: number): Promise<boolean> {
  const deadline = performance.now() + milliseconds;
  while (groupIsAlive(leader)) {
    if (performance.now() > deadline) return false;
    await delay(INTERVAL);
  }
  return true;
}

function tell(message: KeeperMessage): void {
  // With nobody left to hear it, there is nothing to tell; the break itself arrives as "disconnect".
  if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
}
