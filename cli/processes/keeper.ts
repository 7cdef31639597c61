/**
 * Runs one command for as long as its parent holds the other end of the IPC channel, and no longer: however the parent
 * ends, by SIGKILL too, the channel breaks, and the command goes with everything that it has started. This is what
 * "leaves no process behind" rests on; wrangler alone starts three.
 *
 * Usage: node keeper.ts COMMAND [ARGUMENT...], spawned with an IPC channel.
 */
import { spawn } from "node:child_process";
import { setTimeout as delay } from "node:timers/promises";
import { groupIsAlive, signalGroup } from "./process-group.ts";
import type { KeeperMessage } from "./keeper-message.ts";

/** How long a command has to end in good order before it is killed, in milliseconds. */
const GRACE = 4000;
/** After SIGKILL nothing can refuse; what is still there hangs in the kernel, and is not waited for. */
const LAST_WAIT = 2000;
const INTERVAL = 20;

const [command = "", ...commandArguments] = process.argv.slice(2);

// A group of its own: its leader's id names every process that the command starts, unless one leaves on purpose.
const child = spawn(command, commandArguments, {
  detached: true,
  stdio: ["ignore", "inherit", "inherit", "ipc"],
});
let stopping: Promise<void> | null = null;

child.on("error", (error) => {
  tell({ keeper: "failed", message: error.message });
  process.exit(127);
});
child.on("spawn", () => tell({ keeper: "spawned", pid: child.pid ?? 0 }));
// What the command tells its parent (wrangler: that it is ready) is meant for ours.
child.on("message", (message) => tell({ keeper: "message", message }));
child.on("exit", (code, signal) => {
  // Whatever it was starting at the very moment of the first signal has not had one.
  if (child.pid !== undefined) signalGroup(child.pid, "SIGTERM");
  void stop().then(() => process.exit(code ?? (signal === null ? 1 : 128)));
});

process.on("disconnect", () => void stop());
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.on(signal, () => void stop());
}

/** Ends the whole group, once. The keeper itself exits when the command has. */
function stop(): Promise<void> {
  stopping ??= endGroup(child.pid);
  return stopping;
}

async function endGroup(group: number | undefined): Promise<void> {
  if (group === undefined) return;
  signalGroup(group, "SIGTERM");
  if (await ends(group, GRACE)) return;
  signalGroup(group, "SIGKILL");
  await ends(group, LAST_WAIT);
}

async function ends(group: number, milliseconds: number): Promise<boolean> {
  const deadline = performance.now() + milliseconds;
  while (groupIsAlive(group)) {
    if (performance.now() > deadline) return false;
    await delay(INTERVAL);
  }
  return true;
}

function tell(message: KeeperMessage): void {
  if (process.connected) process.send?.(message);
}
