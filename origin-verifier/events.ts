import type { Fingerprint } from "../shared/fingerprint.ts";
import type { HostPattern, Hostname } from "../shared/hostname.ts";
import type { Problem } from "../shared/problem.ts";
import type { Profile } from "./profile/profile.ts";
import type { CertificateReason, RefusalReason, RefusalStatus } from "./judge/refusal.ts";

/** Who pulled, as far as the connection showed it. Nothing here is a visitor's: the peer is Cloudflare, or a stranger. */
export interface PeerFacts {
  /** The origin hostname that the peer named in its handshake; null where it named none that is a hostname. */
  readonly originHostname: Hostname | null;
  readonly fingerprint: Fingerprint | null;
  readonly remoteAddress: string;
  readonly remotePort: number;
  /** `TLSv1.2` or `TLSv1.3`; null before the handshake is done. */
  readonly tlsVersion: string | null;
}

/** Everything that the verifier has to say, one object each: the log line is this object and nothing else. */
export type VerifierEvent =
  | ({
      readonly event: "listening";
      readonly address: string;
      readonly port: number;
    } & (
      | { readonly listener: "admin" }
      | {
          readonly listener: "origin";
          /** Which algorithms are taken. */
          readonly profile: Profile;
        }
    ))
  | ({ readonly event: "handshake-failed"; readonly detail: string } & PeerFacts)
  | ({
      readonly event: "pull-refused";
      readonly reason: RefusalReason;
      /** What the peer was answered; null where nothing was written. */
      readonly status: RefusalStatus | null;
      /** The opaque id in `Pull-Refusal`: how an operator finds this line from a visitor's error. */
      readonly id: string;
      /** The hostname that was asked for, where it is known. */
      readonly hostname: string | null;
      readonly detail: string;
    } & PeerFacts)
  | ({
      readonly event: "pull-accepted";
      readonly hostname: Hostname;
      readonly method: string;
      /** When the pull certificate expires, in milliseconds since 1970. */
      readonly notAfter: number;
      /** How long reading and judging the request's head took, in milliseconds. */
      readonly judgedInMs: number;
    } & PeerFacts)
  | ({
      /** Refused, and handed on all the same, marked as refused: its hostname is in report mode. */
      readonly event: "pull-reported";
      /** Why it is refused as soon as the hostname enforces. */
      readonly reason: CertificateReason;
      readonly hostname: Hostname;
      readonly method: string;
      readonly detail: string;
    } & PeerFacts)
  | ({
      /** A week, a day and an hour ahead, once each; at a start or reload within a week it is among the warnings. */
      readonly event: "report-ends";
      /** How long it still lasts, in words: `7 days`, `1 hour`. */
      readonly left: string;
    } & ReportFacts)
  | ({
      /** Report mode is over: what was let through is refused from now on. */
      readonly event: "report-ended";
    } & ReportFacts)
  | ({
      /** Once, when it becomes old while it is in force; at a start or reload after that it is among the warnings. */
      readonly event: "file-old";
    } & OldFileFacts)
  | {
      readonly event: "trust-swapped";
      readonly generation: number;
      readonly warnings: readonly string[];
    }
  | {
      readonly event: "reload-failed";
      readonly generation: number;
      readonly problems: readonly FileProblem[];
    }
  | {
      /** The listener does what it must never do: it is closed, with all its connections. */
      readonly event: "listener-unsafe";
      readonly problems: readonly string[];
    }
  | { readonly event: "stopping" }
  | {
      readonly event: "stopped";
      /** Pulls and WebSockets that were cut off by the deadline. */
      readonly cutOff: number;
    };

/** Which hostnames are in report mode, and until when. */
export interface ReportFacts {
  readonly originHostname: Hostname;
  readonly hostnames: readonly HostPattern[];
  /** ISO 8601. */
  readonly until: string;
}

/** A file of another lock that was fetched so long ago that Cloudflare may publish something else by now. */
export interface OldFileFacts {
  readonly lock: "addresses" | "access";
  readonly file: string;
  /** When it was fetched, ISO 8601. */
  readonly fetched: string;
  /** Who asks for it. */
  readonly hostnames: readonly HostPattern[];
  /** What comes of it, and what to do. */
  readonly message: string;
}

/** A problem and the file that has it. */
export interface FileProblem extends Problem {
  readonly file: string;
}

/** The same on one line: file, place, message. */
export function oneProblem({ file, path, message }: FileProblem): string {
  return [file, path, message].filter((part) => part !== "").join(": ");
}

/** For whoever wants to be told of nothing: what would be told of each pull is not even put together. */
export const tellNobody = (): void => {};
