import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { useTemporaryFolders } from "./support/temporary-folder.ts";

const BIN = fileURLToPath(new URL("../../cli/pullproof.ts", import.meta.url));
const IO = new URL("../../cli/manners/io.ts", import.meta.url).href;
const folder = useTemporaryFolders();

/** Runs a script with the reader of both streams gone before the first word. */
async function runUnread(...args: readonly string[]) {
  const cwd = folder();
  const child = spawn(process.execPath, args, { cwd, stdio: ["ignore", "pipe", "pipe"] });
  child.stdout.destroy();
  child.stderr.destroy();
  const [status] = (await once(child, "exit")) as [number | null];
  return { cwd, status };
}

/** A command that speaks, changes something only after that, and ends with a code of its own. */
const CHANGING = `
  import { writeFileSync } from "node:fs";
  import { setImmediate as turn } from "node:timers/promises";
  import { processIo } from ${JSON.stringify(IO)};
  const io = processIo();
  for (const speaker of [io.out, io.err, io.out, io.err]) {
    speaker.line("begun");
    for (let left = 10; left > 0; left -= 1) await turn();
  }
  writeFileSync("done", String(io.lost.aborted));
  process.exitCode = 4;`;

describe("where nobody reads any more", () => {
  it("a command that changes something goes on to its end, which is its own", async () => {
    const { cwd, status } = await runUnread("--input-type=module", "--eval", CHANGING);
    expect(status).toBe(4);
    expect(readFileSync(join(cwd, "done"), "utf8")).toBe("true");
  });

  it("a problem stays one", async () => {
    expect((await runUnread(BIN, "check", "--json")).status).toBe(1);
  });
});

/** Runs the bin with a stdout that takes nothing. */
async function runFull(...args: readonly string[]) {
  const full = openSync("/dev/full", "w");
  const child = spawn(process.execPath, [BIN, ...args], {
    cwd: folder(),
    stdio: ["ignore", full, "pipe"],
  });
  const stderr = child.stderr === null ? "" : await text(child.stderr);
  if (child.exitCode === null) await once(child, "exit");
  return { status: child.exitCode, stderr };
}

describe.skipIf(!existsSync("/dev/full"))("where the disk is full", () => {
  it("one line says so, and what would end with 0 does not", async () => {
    const { status, stderr } = await runFull("issue", "--new-issuer", "Own pulls", "--json");
    expect(status).toBe(1);
    expect(stderr.match(/ENOSPC/g)).toHaveLength(1);
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  it("the command's own exit code is kept", async () => {
    expect((await runFull("alerts", "--unknown")).status).toBe(2);
  });
});
