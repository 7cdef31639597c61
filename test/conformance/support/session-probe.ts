import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sClient, type SClient } from "./openssl.ts";
import { get, type PeerCertificate, type TlsVersion } from "./pull.ts";

/** A session that `openssl s_client` keeps in a file. */
export interface KeptSession {
  /** Whether the other side gave it one at all. */
  readonly kept: boolean;
  readonly answer: SClient;
  /** Offers the session on a new connection: under any name, with any certificate or none. */
  readonly offer: (to: SessionPeer) => Promise<OfferedSession>;
  readonly remove: () => Promise<void>;
}

export interface SessionPeer {
  readonly port: number;
  readonly name: string;
  readonly certificate: PeerCertificate | null;
  /** The Host of the request; the name where left out. */
  readonly host?: string;
}

/** What became of the offer. */
export interface OfferedSession {
  readonly resumed: boolean;
  /** What came back after the handshake: all of it where it is an answer, else the empty string. */
  readonly text: string;
}

/** Makes a connection with one request on it, and keeps its session. Reading goes on to the end, so a ticket arrives. */
export async function keepSession(version: TlsVersion, peer: SessionPeer): Promise<KeptSession> {
  const folder = await mkdtemp(join(tmpdir(), "pullproof-session-"));
  const file = join(folder, "session.pem");
  const connect = async ({ port, name, certificate, host = name }: SessionPeer, more: string[]) => {
    const args = [version === "TLSv1.2" ? "-tls1_2" : "-tls1_3", "-servername", name, ...more];
    if (certificate !== null) {
      await writeFile(join(folder, "peer.pem"), certificate.pem);
      await writeFile(join(folder, "peer.key"), certificate.keyPem);
      args.push("-cert", join(folder, "peer.pem"), "-key", join(folder, "peer.key"));
    }
    return sClient(port, args, get(host));
  };
  const answer = await connect(peer, ["-sess_out", file]);
  return {
    kept: existsSync(file),
    answer,
    offer: async (to) => {
      const { output } = await connect(to, ["-sess_in", file]);
      const how = /^(New|Reused), (?:TLS|\(NONE\))/m.exec(output)?.[1];
      if (how === undefined) throw new Error(`no handshake with a session: ${output}`);
      const at = output.indexOf("HTTP/1.1 ");
      return { resumed: how === "Reused", text: at === -1 ? "" : output.slice(at) };
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
