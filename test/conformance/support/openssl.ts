import { spawn, spawnSync } from "node:child_process";
import { skipUnless } from "../../support/loud-skip.ts";

const there = spawnSync("openssl", ["version"]).status === 0;

/** Whether openssl is missing; said aloud. */
export const NO_OPENSSL: boolean = skipUnless(there, "openssl (apt-get install openssl)");

/** What `openssl s_client` came to. */
export interface SClient {
  /** stdout and stderr, in the order in which they came. */
  readonly output: string;
  readonly code: number | null;
}

/** A running `openssl s_client`: the one peer that offers a session under another name. */
export interface RunningSClient {
  readonly output: () => string;
  readonly write: (text: string) => void;
  /** Closes its standard input, which with `-ign_eof` says only that nothing more will be asked. */
  readonly end: () => void;
  readonly ended: Promise<SClient>;
}

const LONGEST_MS = 20_000;

/** Starts `openssl s_client`; it is ended after 20 seconds whatever happens. */
export function startSClient(port: number, args: readonly string[]): RunningSClient {
  const child = spawn("openssl", ["s_client", "-connect", `127.0.0.1:${port}`, ...args], {
    env: { PATH: process.env["PATH"] ?? "" },
    timeout: LONGEST_MS,
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("latin1").on("data", (text: string) => {
      output += text;
    });
  }
  child.stdin.on("error", () => {});
  return {
    output: () => output,
    write: (text) => child.stdin.write(text, "latin1"),
    end: () => child.stdin.end(),
    ended: new Promise((done) => {
      child.on("close", (code) => done({ output, code }));
    }),
  };
}

/** Runs `openssl s_client` with what it is to send, and reads until the other side ends the connection. */
export function sClient(port: number, args: readonly string[], bytes = ""): Promise<SClient> {
  const running = startSClient(port, ["-ign_eof", ...args]);
  running.write(bytes);
  return running.ended;
}
