import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import type { FakeCloudflare } from "../../support/cloudflare/start-fake-cloudflare.ts";

const WRANGLER = fileURLToPath(
  new URL("../../../node_modules/wrangler/bin/wrangler.js", import.meta.url),
);

/** How wrangler ended, and what it said on both of its streams. */
export interface Ran {
  readonly status: number | null;
  readonly said: string;
}

/**
 * Runs the real wrangler in a folder, which is its HOME too, so that it finds and leaves nothing elsewhere. Its
 * environment holds nothing but what is here: no log-in of whoever runs the tests, no proxy, no terminal.
 */
export async function runWrangler(
  cloudflare: Pick<FakeCloudflare, "environment">,
  folder: string,
  ...args: readonly string[]
): Promise<Ran> {
  const child = spawn(process.execPath, [WRANGLER, ...args], {
    cwd: folder,
    env: {
      PATH: process.env["PATH"],
      HOME: folder,
      XDG_CONFIG_HOME: folder,
      CI: "1",
      NO_COLOR: "1",
      WRANGLER_SEND_METRICS: "false",
      WRANGLER_HIDE_BANNER: "true",
      WRANGLER_LOG_PATH: folder,
      ...cloudflare.environment,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = once(child, "close");
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const [status] = (await ended) as [number | null];
  return { status, said: `${out}${err}` };
}
