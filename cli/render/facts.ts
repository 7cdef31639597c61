import type { ApplicationTarget } from "../../origin-verifier/application/application-target.ts";
import type { ListenAddress } from "../../origin-verifier/command/listen-address.ts";
import type { Fingerprint } from "../../shared/fingerprint.ts";
import type { HostPattern, Hostname } from "../../shared/hostname.ts";
import type { IssuerName } from "../../shared/mapping.ts";

/**
 * Everything that a rendered configuration is made from: the mapping's accepting half, and what is known of the files and
 * addresses at the origin. No file is read here and no clock: the same facts give the same text.
 */
export interface RenderFacts {
  readonly listen: ListenAddress;
  /** In the order of the mapping. */
  readonly origins: readonly [OriginFacts, ...OriginFacts[]];
  /** The folder where the rendered files will lie at the origin: absolute, without a slash at its end. */
  readonly folder: string;
  /** The file of the log of pulls, where the server writes one; absolute. */
  readonly log: string;
  /** Request headers of the application's own, for servers that pass on no others than those they are told; lower-case. */
  readonly pass: readonly string[];
  /** Whether the operator takes any certificate of an issuer for a listed one, where the server knows issuers alone. */
  readonly anyOfIssuer: boolean;
}

/** One origin hostname: whatever is pulled under this TLS name. */
export interface OriginFacts {
  readonly originHostname: Hostname;
  /** What the application is told as Host: the origin hostname, with the port where the mapping names one. */
  readonly authority: string;
  /** The hostnames of its entries. */
  readonly hostnames: readonly [HostPattern, ...HostPattern[]];
  /** Of these the ones that the edge presents for: it says of no pull which hostname it is for, and a visitor might. */
  readonly byEdge: readonly HostPattern[];
  /** Exact hostnames of other origins: a wildcard of ours does not stand for them. */
  readonly elsewhere: readonly HostPattern[];
  readonly issuer: IssuerFacts;
  readonly accepts: AcceptedFacts;
  /** When report mode ends, in milliseconds since 1970; null where pulls are judged in earnest. */
  readonly reportUntil: number | null;
  /** The origin certificate and its key: absolute paths. */
  readonly certificate: string;
  readonly key: string;
  readonly application: ApplicationTarget;
  /** A path that the application answers; null where the mapping names none. */
  readonly health: string | null;
  /** Its first entry's place in the mapping, for problems: `hosts["shop.example.com"]`. */
  readonly path: string;
}

/** Who signs pull certificates. */
export interface IssuerFacts {
  readonly name: IssuerName;
  /** Absolute paths. */
  readonly certificates: string;
  readonly crl: string | null;
  /** The CAs themselves, base64, for servers that read them from a file of ours. */
  readonly ders: readonly string[];
  /** Cloudflare's own, for all customers. */
  readonly shared: boolean;
}

/** Exactly these certificates; or any of the issuer with one of these names (none for the shared issuer). */
export type AcceptedFacts =
  | { readonly by: "list"; readonly certificates: readonly [ListedFacts, ...ListedFacts[]] }
  | { readonly by: "issuer"; readonly names: readonly Hostname[] };

/** A listed pull certificate: the whole of it, since that is what most servers compare. */
export interface ListedFacts {
  readonly fingerprint: Fingerprint;
  /** Base64, without line breaks. */
  readonly der: string;
  /** In milliseconds since 1970: a connection outlives the certificate that opened it, and few servers look again. */
  readonly notAfter: number;
}

/** The way to one of the mapping's `certificates`, for problems. */
export function certificatesPath({ path }: OriginFacts): string {
  return `${path}.accept.certificates`;
}
