import { spawnSync } from "node:child_process";
import { skipUnless } from "../../support/loud-skip.ts";

/** Whether tests that ask openssl must be skipped; said aloud. */
export const skipOpenssl = skipUnless(
  spawnSync("openssl", ["version"]).status === 0,
  "openssl (apt-get install openssl)",
);

/** Runs openssl: another reader than the one that wrote. */
export function openssl(...args: readonly string[]): { status: number | null; said: string } {
  const { status, stdout, stderr } = spawnSync("openssl", args, { encoding: "utf8" });
  return { status, said: `${stdout}${stderr}` };
}
