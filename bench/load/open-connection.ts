import { readFileSync } from "node:fs";
import net from "node:net";
import tls from "node:tls";
import type { Target } from "./messages.ts";

/** How connections to a target are opened. What they share is made once. */
export function dialler(target: Target): (at: number) => net.Socket {
  const portAt = (at: number): number => target.ports[at % target.ports.length] ?? 0;
  const common = { host: "127.0.0.1", noDelay: true } as const;
  if (target.tls === null) return (at) => net.connect({ ...common, port: portAt(at) });
  const options = peerOptions(target.tls);
  // No session is ever given: each handshake is a full one.
  return (at) => tls.connect({ ...common, ...options, port: portAt(at) }).setNoDelay(true);
}

/** What a peer presents, and how it speaks. */
export function peerOptions(peer: NonNullable<Target["tls"]>): tls.ConnectionOptions {
  const secureContext = tls.createSecureContext({
    cert: readFileSync(peer.certificate),
    key: readFileSync(peer.key),
    minVersion: "TLSv1.3",
    ciphers: "TLS_AES_128_GCM_SHA256",
    ecdhCurve: "X25519",
  });
  return { servername: peer.servername, secureContext, rejectUnauthorized: false };
}

/** The event of an open connection. */
export function openEvent(target: Target): "connect" | "secureConnect" {
  return target.tls === null ? "connect" : "secureConnect";
}
