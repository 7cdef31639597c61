import type { Fingerprint } from "../../shared/fingerprint.ts";
import type { Hostname, HostPattern } from "../../shared/hostname.ts";
import type { BindingName, IssuerName } from "../../shared/mapping.ts";
import type { PairPaths } from "./layout.ts";

/** A certificate of the local world: on the disk, and in memory for whoever wants to present it. */
export interface LocalCertificate {
  readonly paths: PairPaths;
  /** PEM. */
  readonly certificate: string;
  /** PEM, PKCS#8. */
  readonly key: string;
  readonly fingerprint: Fingerprint;
}

/** Every certificate of a local world. */
export interface LocalCertificates {
  /** One for each issuer of the mapping. */
  readonly issuers: ReadonlyMap<IssuerName, LocalCertificate>;
  /** One pull certificate a binding. */
  readonly pull: ReadonlyMap<BindingName, LocalCertificate>;
  /** The pull certificate of each entry that the edge presents for; of one level, several may have the same. */
  readonly edge: ReadonlyMap<HostPattern, LocalCertificate>;
  /** A pull certificate that is right in everything but its issuer, which no mapping names. */
  readonly stranger: LocalCertificate;
  readonly originIssuer: LocalCertificate;
  /** One for each origin hostname. */
  readonly origins: ReadonlyMap<Hostname, LocalCertificate>;
}
