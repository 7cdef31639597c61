import type { IncomingMessage } from "node:http";
import { certificateEvidence } from "../listener/certificate-evidence.ts";
import type { Peer } from "../listener/peer.ts";
import { judge, type AcceptedPull } from "../judge/judge.ts";
import { refusal, type Refusal } from "../judge/refusal.ts";
import type { Trust } from "../trust/trust.ts";
import { readRequestHead, type RequestHead } from "./request-head.ts";

/** A request that may go on, with the proof of it; or why not. */
export type JudgedRequest =
  | { readonly ok: true; readonly head: RequestHead; readonly pull: AcceptedPull }
  | { readonly ok: false; readonly refusal: Refusal };

/** The second lock: every request of every connection, by the trust and the time of now. */
export function judgeRequest(
  request: IncomingMessage,
  peer: Peer,
  trust: Trust,
  now: number,
  maxHeaderLines: number,
): JudgedRequest {
  const { httpVersion, method = "", url: target = "", rawHeaders } = request;
  const read = readRequestHead({ httpVersion, method, target, rawHeaders }, maxHeaderLines);
  if (!read.ok) return read;
  const head = read.value;
  const verdict = judge((sni) => trust.origins.get(sni)?.policy, {
    sni: peer.originHostname,
    authority: head.authority.hostname,
    forwardedHost: head.forwardedHost,
    certificate: certificateEvidence(peer, trust, now),
    engine: peer.engine,
    resumed: peer.resumed,
    now,
  });
  if (verdict.verdict === "accepted") return { ok: true, head, pull: verdict };
  return { ok: false, refusal: refusal(verdict.reason, verdict.detail) };
}
