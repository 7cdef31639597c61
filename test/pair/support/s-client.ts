import { spawn, spawnSync } from "node:child_process";
import { text } from "node:stream/consumers";

/** Whether openssl is there: the one peer that still offers a session under another name. */
export const hasOpenssl = spawnSync("openssl", ["version"]).status === 0;

/** A connection by `openssl s_client`. */
export interface Dialled {
  readonly port: number;
  readonly servername: string;
  readonly version: "tls1_2" | "tls1_3";
  /** Files of what is presented; nothing where null. */
  readonly pair: { readonly certificate: string; readonly key: string } | null;
  /** Where the session is written to. */
  readonly saveTo?: string;
  /** The session that is offered. */
  readonly offer?: string;
}

/** What became of it. */
export interface Outcome {
  /** Whether the handshake resumed the session that was offered. */
  readonly resumed: boolean;
  /** Status of the answer; null where none came. */
  readonly status: number | null;
}

/** Connects, asks once, and reads until the other side ends the connection. */
export async function dialWithOpenssl(dialled: Dialled): Promise<Outcome> {
  const { port, servername, version, pair, saveTo, offer } = dialled;
  const child = spawn(
    "openssl",
    [
      "s_client",
      "-connect",
      `127.0.0.1:${port}`,
      "-servername",
      servername,
      `-${version}`,
      "-ign_eof",
      ...(pair === null ? [] : ["-cert", pair.certificate, "-key", pair.key]),
      ...(saveTo === undefined ? [] : ["-sess_out", saveTo]),
      ...(offer === undefined ? [] : ["-sess_in", offer]),
    ],
    { stdio: ["pipe", "pipe", "ignore"], timeout: 20_000 },
  );
  child.stdin.on("error", () => undefined);
  child.stdin.end(`GET /resumed HTTP/1.1\r\nHost: ${servername}\r\nConnection: close\r\n\r\n`);
  const said = await text(child.stdout);
  const status = /HTTP\/1\.1 (\d{3}) /.exec(said)?.[1];
  return {
    resumed: /^Reused, TLSv1\.[23]/m.test(said),
    status: status === undefined ? null : Number(status),
  };
}
