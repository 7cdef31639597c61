import { certificateEvidence } from "../listener/certificate-evidence.ts";
import type { Peer } from "../listener/peer.ts";
import { judge } from "../judge/judge.ts";
import type { Refusal } from "../judge/refusal.ts";
import type { JudgedPull } from "../judge/verdict.ts";
import type { Trust } from "../trust/trust.ts";
import type { Checked, RequestHead } from "./request-head.ts";

/** A request that may go on, with what was judged of its pull; or why not. */
export type JudgedRequest =
  | {
      readonly ok: true;
      readonly head: RequestHead;
      readonly pull: JudgedPull;
      /** Why it is refused, for the operator's log, where it goes on in report mode; else empty. */
      readonly detail: string;
    }
  | { readonly ok: false; readonly refusal: Refusal };

/** The second lock: every request of every connection, by the trust and the time of now; whichever reader read it. */
export function judgeRequest(
  read: Checked<RequestHead>,
  peer: Peer,
  trust: Trust,
  now: number,
): JudgedRequest {
  return read.ok ? judgeHead(read.value, peer, trust, now) : read;
}

/** The same for a head that was read before: what a WebSocket was opened with is judged again while it is open. */
export function judgeHead(head: RequestHead, peer: Peer, trust: Trust, now: number): JudgedRequest {
  const verdict = judge((sni) => trust.origins.get(sni)?.policy, {
    sni: peer.originHostname,
    authority: head.authority.hostname,
    forwardedHost: head.forwardedHost,
    certificate: certificateEvidence(peer, trust, now),
    remoteAddress: peer.remoteAddress,
    secret: head.secret,
    token: head.token,
    engine: peer.engine,
    resumed: peer.resumed,
    now,
  });
  if (verdict.verdict === "accepted") return { ok: true, head, pull: verdict, detail: "" };
  const { reason, detail, reported } = verdict;
  if (reported === null) return { ok: false, refusal: { reason, detail } };
  return { ok: true, head, pull: reported, detail };
}
