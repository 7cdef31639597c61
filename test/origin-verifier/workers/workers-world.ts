import { once } from "node:events";
import { get, type IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";
import { expect } from "vitest";
import type { Status, WorkerStatus } from "../../../origin-verifier/admin/status.ts";
import type { BinWorld } from "../command/support/bin-world.ts";
import type { BinOptions, RunningBin } from "../command/support/bin.ts";
import type { VerifierFiles } from "../command/support/verifier-files.ts";

/** What the admin listener of several workers says. */
export type MergedStatus = Status & { readonly workers: readonly WorkerStatus[] };

/** The bin with two workers before an application, once both accept pulls. */
export interface TwoWorkers {
  readonly bin: RunningBin;
  readonly files: VerifierFiles;
  readonly port: number;
  readonly admin: number;
  readonly ask: (path: string) => Promise<{ readonly status: number; readonly body: string }>;
  readonly status: () => Promise<MergedStatus>;
  /** Waits until it is ready. */
  readonly ready: () => Promise<void>;
}

/** Starts it, and waits until both accept pulls. */
export async function startTwoWorkers(
  world: BinWorld,
  more: readonly string[] = [],
  handle?: Awaited<ReturnType<BinWorld["application"]>>["handle"],
  options: BinOptions = {},
): Promise<TwoWorkers> {
  const files = await world.files();
  const application = await world.application("application");
  if (handle !== undefined) application.handle = handle;
  const flags = [...files.flags(application.address), "--admin=127.0.0.1:0", "--workers=2"];
  const bin = world.start([...flags, ...more], options);
  const admin = await bin.port("admin");
  const ask = async (path: string) => {
    const asked = get({ host: "127.0.0.1", port: admin, path, agent: false });
    const [response] = (await once(asked, "response")) as [IncomingMessage];
    return { status: response.statusCode ?? 0, body: await text(response) };
  };
  const ready = async (): Promise<void> => {
    await expect.poll(async () => (await ask("/readyz")).status, { timeout: 30_000 }).toBe(200);
  };
  await ready();
  const port = await bin.port("origin");
  const status = async () => JSON.parse((await ask("/status")).body) as MergedStatus;
  return { bin, files, port, admin, ask, status, ready };
}

/** Whether a process is there. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
