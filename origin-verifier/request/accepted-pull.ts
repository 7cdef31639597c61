import { tellNobody, type VerifierEvent } from "../events.ts";
import type { AcceptedPull, JudgedPull } from "../judge/verdict.ts";
import type { Peer } from "../listener/peer.ts";
import type { Trust } from "../trust/trust.ts";
import { applicationHeaders } from "./application-headers.ts";
import { createClientCertHeaders, type ClientCertHeader } from "./client-cert-headers.ts";
import type { RequestHead } from "./request-head.ts";

/** Every header that the application sees, names and values in turn, without framing. */
export type HeadersFor = (
  rawHeaders: readonly string[],
  head: RequestHead,
  pull: JudgedPull,
  peer: Peer,
  trust: Trust,
  now: number,
) => string[];

/** Compiles what the application gets of a request that Node's parser read; of the fast reader's it gets the same, as bytes. */
export function createHeadersFor(clientCertHeader: ClientCertHeader): HeadersFor {
  const clientCertHeaders = createClientCertHeaders(clientCertHeader);
  return (rawHeaders, head, pull, peer, trust, now) => {
    const { authority, hasToken } = shownAs(trust, pull);
    const headers = applicationHeaders(rawHeaders, head, pull, authority, hasToken);
    const certificate = clientCertHeaders(peer, trust, pull, now);
    if (certificate.length > 0) headers.push(...certificate);
    return headers;
  };
}

/** The Host that the application sees, and whether it sees a token: where the mapping asks for it, it was judged. */
export function shownAs(
  trust: Trust,
  { originHostname }: JudgedPull,
): { readonly authority: string; readonly hasToken: boolean } {
  const origin = trust.origins.get(originHostname);
  return {
    authority: origin?.authority ?? originHostname,
    hasToken: (origin?.policy.token ?? null) !== null,
  };
}

/** When the head of a pull begins to be read, by `performance.now()`; no number where nobody is told of pulls. */
export function beginning(emit: (event: VerifierEvent) => void): number {
  return emit === tellNobody ? Number.NaN : performance.now();
}

/**
 * Tells of an accepted pull.
 *
 * @param began as {@link beginning} said.
 */
export function tellAccepted(
  emit: (event: VerifierEvent) => void,
  peer: Peer,
  { hostname }: AcceptedPull,
  method: string,
  began: number,
): void {
  if (emit === tellNobody) return;
  emit({
    event: "pull-accepted",
    hostname,
    method,
    notAfter: peer.presented?.facts?.notAfter ?? Number.NaN,
    judgedInMs: Math.round((performance.now() - began) * 1_000) / 1_000,
    // Each by its name: a spread of the same costs more than the judgement.
    originHostname: peer.originHostname,
    fingerprint: peer.presented?.fingerprint ?? null,
    remoteAddress: peer.remoteAddress,
    remotePort: peer.remotePort,
    tlsVersion: peer.tlsVersion,
  });
}
