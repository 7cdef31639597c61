/** How far a pull had come. */
export type PullStage = "dial" | "handshake" | "origin-certificate" | "answer";

/** Why the visitor gets no answer of the origin's. */
export interface PullTrouble {
  readonly stage: PullStage;
  /** The engine's code or words, for the log: nothing that a visitor is shown. */
  readonly detail: string;
  /** Whether time ran out, as opposed to something that happened. */
  readonly late: boolean;
}

/** The statuses that Cloudflare has for an origin that it cannot get an answer from. */
export type TroubleStatus = 520 | 521 | 522 | 523 | 524 | 525 | 526 | 530;

/** The status that the visitor is answered, by https://developers.cloudflare.com/support/troubleshooting/http-status-codes/cloudflare-5xx-errors/. */
export function troubleStatus({ stage, detail, late }: PullTrouble): TroubleStatus {
  switch (stage) {
    case "dial":
      return late ? 522 : dialStatus(detail);
    case "handshake":
      return 525;
    case "origin-certificate":
      return 526;
    case "answer":
      // In TLS 1.3 the one who shows a certificate is through before it is looked at: whoever refuses it can only end a
      // connection that stands. So a refused pull is 520 here; in TLS 1.2 the handshake itself fails, 525.
      return late ? 524 : 520;
  }
}

function dialStatus(code: string): TroubleStatus {
  if (code === "ECONNREFUSED") return 521;
  if (code === "ETIMEDOUT") return 522;
  if (code === "EHOSTUNREACH" || code === "ENETUNREACH") return 523;
  if (code === "ENOTFOUND" || code === "EAI_AGAIN") return 530;
  return 520;
}

/** What it means, in a line. */
export const TROUBLE_WORDS: Readonly<Record<TroubleStatus, string>> = {
  520: "the origin ended the connection without an answer",
  521: "the origin refuses connections",
  522: "the origin does not take the connection",
  523: "there is no way to the origin",
  524: "the origin took too long to answer",
  525: "the TLS handshake with the origin failed",
  526: "the origin certificate is not one to trust",
  530: "the origin's name leads nowhere",
};
