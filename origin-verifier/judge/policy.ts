import type { Fingerprint } from "../../shared/fingerprint.ts";
import type { HostPattern, Hostname } from "../../shared/hostname.ts";
import type { IssuerName, Present } from "../../shared/mapping.ts";

/** What one origin hostname accepts: the accepting half of its entries, compiled once a trust. */
export interface Policy {
  readonly originHostname: Hostname;
  /** The hostnames of the entries with this origin hostname: at least one. */
  readonly hostnames: readonly [HostPattern, ...HostPattern[]];
  /**
   * Exact hostnames of entries with another origin hostname: a wildcard does not stand for them, here as little as in the
   * Worker, where the exact entry goes before the wildcard.
   */
  readonly elsewhere: ReadonlySet<HostPattern>;
  /** The hostnames that the edge presents for, each with its level of Authenticated Origin Pulls; the others are a Worker's. */
  readonly levels: ReadonlyMap<HostPattern, EdgeLevel>;
  readonly issuer: IssuerName;
  readonly accepts: AcceptsListed | AcceptsIssued | AcceptsShared;
  /** Where a pull comes from, beside its certificate; null where the mapping does not ask. */
  readonly addresses: AddressRanges | null;
  /** The secret that a pull carries beside its certificate; null where the mapping does not ask. */
  readonly secret: AcceptedSecrets | null;
  /** The token of Cloudflare Access that a pull carries beside its certificate; null where the mapping does not ask. */
  readonly token: AcceptedTokens | null;
  /** What is told of the locks beside the certificate; empty where the mapping names none. */
  readonly also: readonly LockFacts[];
  /** When the issuer's revocation list goes stale, in milliseconds since 1970; null where the mapping names no list. */
  readonly revocationUntil: number | null;
  /** When report mode ends, in milliseconds since 1970; null where the mapping says enforce. */
  readonly reportUntil: number | null;
}

/** A level of Authenticated Origin Pulls. */
export type EdgeLevel = Extract<Present, { readonly by: "edge" }>["level"];

/** What is told of a policy, and can be sent to another process: all of it but what only decides. */
export type PolicyFacts = Omit<Policy, "addresses" | "secret" | "token">;

/** Whether report mode is on: it ends by itself, in its millisecond, and a time that is none never begins it. */
export function isReporting({ reportUntil }: Pick<Policy, "reportUntil">, now: number): boolean {
  return reportUntil !== null && now < reportUntil;
}

/** Exactly these certificates. */
export interface AcceptsListed {
  readonly by: "fingerprint";
  readonly fingerprints: ReadonlySet<Fingerprint>;
}

/** Any certificate that the issuer signed with one of these names. */
export interface AcceptsIssued {
  readonly by: "issuer";
  readonly names: ReadonlySet<string>;
}

/** Any certificate that Cloudflare's shared CA signed: it proves that some customer's zone pulled, and not whose. */
export interface AcceptsShared {
  readonly by: "shared";
  /** Whether nothing stands beside it that another customer does not have: then the mapping says so in words. */
  readonly alone: boolean;
}

/** A list of addresses. Pure: no name is looked up. */
export interface AddressRanges {
  /** Whether an address is in one of them; false for what is no address. */
  readonly includes: (address: string) => boolean;
}

/** One or two secrets, of which none can be read back. */
export interface AcceptedSecrets {
  /** Whether this is one of them; takes the same time for whatever is given. */
  readonly includes: (given: string) => boolean;
}

/** Tokens of Cloudflare Access: of one team, and for some of its applications. */
export interface AcceptedTokens {
  /**
   * Why a token is not taken, in words that hold nothing of it; null where it is.
   *
   * @param now milliseconds since 1970.
   */
  readonly doubtOf: (token: string, now: number) => string | null;
}

/** One lock beside the certificate, as it is told: plain data, and nothing secret in it. */
export type LockFacts =
  | ({ readonly lock: "addresses" } & FetchedFile)
  /** How many secrets are accepted: two during a rotation. */
  | { readonly lock: "header"; readonly secrets: number }
  | ({
      readonly lock: "access";
      readonly team: string;
      readonly audiences: readonly string[];
      /** How many keys are in the file: two, as Cloudflare publishes them. */
      readonly keys: number;
    } & FetchedFile);

/** A file that `pullproof fetch` writes from what Cloudflare publishes. */
export interface FetchedFile {
  readonly file: string;
  /** When it was fetched, in milliseconds since 1970; null where the file does not say, as one of one's own. */
  readonly fetched: number | null;
}
