import type { X509Certificate } from "node:crypto";
import { findChain } from "../certificate/find-chain.ts";
import type { JudgedPull } from "../judge/verdict.ts";
import type { Peer } from "../listener/peer.ts";
import type { ReadEvidence } from "../listener/read-evidence.ts";
import type { Trust } from "../trust/trust.ts";

/**
 * Whether the application gets the pull certificate itself, as RFC 9440 has it. `off`: no. `leaf`: `Client-Cert`. `chain`:
 * and `Client-Cert-Chain`, from the CA that signed it to the anchor.
 */
export type ClientCertHeader = "off" | "leaf" | "chain";

/** The values of it, the default first. */
export const CLIENT_CERT_HEADERS = [
  "off",
  "leaf",
  "chain",
] as const satisfies readonly ClientCertHeader[];

/** RFC 9440 2.2 and 2.3. */
const CLIENT_CERT = "Client-Cert";
const CLIENT_CERT_CHAIN = "Client-Cert-Chain";

/** Gives the headers for an accepted pull, names and values in turn; none for a refused one that report mode lets through. */
export type ClientCertHeaders = (
  peer: Peer,
  trust: Trust,
  pull: JudgedPull,
  now: number,
) => readonly string[];

const NONE: ClientCertHeaders = () => [];

/**
 * Compiles the option. A certificate in base64 is one to two thousand bytes, for each request: what is written of a
 * connection is remembered for as long as what was found out about its certificate holds.
 */
export function createClientCertHeaders(which: ClientCertHeader): ClientCertHeaders {
  if (which === "off") return NONE;
  const written = new WeakMap<ReadEvidence, readonly string[]>();
  return (peer, trust, pull, now) => {
    if (pull.verdict !== "accepted" || peer.presented === null) return [];
    const before = written.get(peer.certificate);
    if (before !== undefined) return before;
    const headers = [CLIENT_CERT, byteSequence(peer.presented.x509)];
    if (which === "chain") {
      const chain = chainOf(peer, trust, pull.originHostname, now);
      if (chain.length > 0) headers.push(CLIENT_CERT_CHAIN, chain.map(byteSequence).join(", "));
    }
    written.set(peer.certificate, headers);
    return headers;
  };
}

/** RFC 9651 3.3.5, of the certificate's DER. */
function byteSequence({ raw }: X509Certificate): string {
  return `:${raw.toString("base64")}:`;
}

/** By our own finding, through the CAs of the issuer's file: what the peer sent along proves nothing. */
function chainOf(
  { presented }: Peer,
  trust: Trust,
  originHostname: JudgedPull["originHostname"],
  now: number,
): readonly X509Certificate[] {
  const policy = trust.origins.get(originHostname)?.policy;
  const issuer = policy === undefined ? undefined : trust.issuers.get(policy.issuer);
  if (issuer === undefined || presented === null || presented.facts === null) return [];
  const { x509: certificate, facts } = presented;
  const found = findChain({ certificate, facts }, issuer.issuer, now);
  return found.ok ? found.chain.cas.map((ca) => ca.certificate) : [];
}
