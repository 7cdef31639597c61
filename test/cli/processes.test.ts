import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";
import { describe, expect, test, vi } from "vitest";
import { keepProcess } from "../../cli/processes/kept-process.ts";
import { groupIsAlive } from "../../cli/processes/process-group.ts";

const MODULE = pathToFileURL(`${import.meta.dirname}/../../cli/processes/kept-process.ts`).href;

/** Keeps a shell's script, and gathers its lines. */
function keepScript(script: string) {
  const lines: string[] = [];
  const kept = keepProcess({
    command: ["/bin/sh", "-c", script],
    folder: "/",
    environment: process.env,
    onLine: (line, stream) => lines.push(`${stream}: ${line}`),
  });
  return { kept, lines };
}

const isSaid = async (lines: readonly string[], line: string): Promise<void> =>
  await vi.waitFor(() => expect(lines).toContain(line), { timeout: 10_000 });

describe("a kept process", () => {
  test("is heard to its last line, and its exit code is told", async () => {
    const { kept, lines } = keepScript("echo out; echo err >&2; printf last; exit 3");
    expect(await kept.ended).toEqual({ code: 3 });
    expect(lines.toSorted()).toEqual(["stderr: err", "stdout: last", "stdout: out"]);
  });

  test("takes along everything that it has started when it ends by itself", async () => {
    const { kept } = keepScript("sleep 600 & sleep 600 & exit 0");
    const group = await kept.pid;
    expect(await kept.ended).toEqual({ code: 0 });
    expect(groupIsAlive(group)).toBe(false);
  });

  test("is stopped with everything that it has started", async () => {
    const { kept, lines } = keepScript("sleep 600 & (sleep 600 & sleep 600) & echo up; wait");
    await isSaid(lines, "stdout: up");
    const group = await kept.pid;
    expect(groupIsAlive(group)).toBe(true);
    await kept.stop();
    expect(groupIsAlive(group)).toBe(false);
    // Safe to ask again.
    await kept.stop();
  });

  test("that does not want to go is killed", async () => {
    const { kept, lines } = keepScript("trap '' TERM INT HUP; echo up; while :; do sleep 1; done");
    await isSaid(lines, "stdout: up");
    const group = await kept.pid;
    await kept.stop();
    expect(groupIsAlive(group)).toBe(false);
    expect(await kept.ended).toEqual({ code: 137 });
  });

  test("that cannot be started is told of", async () => {
    const kept = keepProcess({
      command: ["/nowhere/at-all"],
      folder: "/",
      environment: process.env,
      onLine: () => undefined,
    });
    await expect(kept.pid).rejects.toThrow("ENOENT");
    expect((await kept.ended).code).not.toBe(0);
  });

  test("says over its own channel what is meant for the parent", async () => {
    const messages: unknown[] = [];
    const kept = keepProcess({
      command: [process.execPath, "-e", "process.send({ ready: 1 }); process.disconnect()"],
      folder: "/",
      environment: process.env,
      onLine: () => undefined,
      onMessage: (message) => messages.push(message),
    });
    expect(await kept.ended).toEqual({ code: 0 });
    expect(messages).toEqual([{ ready: 1 }]);
  });
});

/** A parent that keeps a shell with children, and says the shell's process id. */
function spawnParent() {
  const code = `
    const { keepProcess } = await import(${JSON.stringify(MODULE)});
    const kept = keepProcess({
      command: ["/bin/sh", "-c", "sleep 600 & sleep 600 & echo up; wait"],
      folder: "/", environment: process.env,
      onLine: async () => console.log(await kept.pid),
    });
  `;
  return spawn(process.execPath, ["--input-type=module", "-e", code], {
    stdio: ["ignore", "pipe", "inherit"],
  });
}

describe("goes with its parent", () => {
  test.each(["SIGKILL", "SIGTERM", "SIGINT"] as const)("when that ends by %s", async (signal) => {
    const parent = spawnParent();
    const [line] = (await once(createInterface({ input: parent.stdout }), "line")) as [string];
    const group = Number(line);
    expect(groupIsAlive(group)).toBe(true);
    parent.kill(signal);
    await vi.waitFor(() => expect(groupIsAlive(group)).toBe(false), { timeout: 10_000 });
  });

  test("when that ends in the very moment of starting it", async () => {
    // The keeper is born, and its parent is gone before the keeper has read its first line of code.
    const code = `
      const { keepProcess } = await import(${JSON.stringify(MODULE)});
      keepProcess({
        command: ["/bin/sh", "-c", "exec sleep 617.25"],
        folder: "/", environment: process.env, onLine: () => undefined,
      });
      process.kill(process.pid, "SIGKILL");
    `;
    const parent = spawn(process.execPath, ["--input-type=module", "-e", code], {
      stdio: ["ignore", "ignore", "inherit"],
    });
    await once(parent, "exit");
    await vi.waitFor(async () => expect(await processesWith("sleep 617.25")).toEqual([]), {
      timeout: 10_000,
    });
  });
});

/** The process ids whose command line holds a text. */
async function processesWith(text: string): Promise<readonly string[]> {
  const ps = spawn("ps", ["-eo", "pid=,stat=,args="], { stdio: ["ignore", "pipe", "inherit"] });
  const found: string[] = [];
  for await (const line of createInterface({ input: ps.stdout })) {
    if (line.includes(text) && !/^\s*\d+ Z/.test(line)) found.push(line);
  }
  return found;
}
