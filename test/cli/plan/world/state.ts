import type {
  HostnameAopCertificateId,
  MtlsCertificateId,
  ZoneAopCertificateId,
} from "../../../../shared/certificate-id.ts";
import type { Fingerprint } from "../../../../shared/fingerprint.ts";
import type { AopStatus, CertificateOutline } from "../../../../cli/observe/observed.ts";

/** The whole of the made-up world: everything that a step of anybody can change. */
export interface State {
  now: number;
  /** Every text that mapping.json ever had; the last is the file. */
  readonly mappings: string[];
  /** Every certificate that was ever made, and which of them lie in the folder. */
  readonly certificates: Map<Fingerprint, CertificateOutline>;
  readonly atHand: Set<Fingerprint>;
  readonly account: Map<MtlsCertificateId, Fingerprint>;
  readonly environments: Map<string, Environment>;
  readonly zone: Zone;
  readonly verifiers: Verifier[];
  /** The hostnames that the edge has presented a certificate for. */
  readonly begun: Set<string>;
}

/** One environment of wrangler's configuration, and its Worker. */
export interface Environment {
  readonly configured: Record<string, MtlsCertificateId>;
  /** The newest last. */
  readonly versions: Version[];
  /** Version to percentage. */
  deployed: Map<Version, number>;
  deployedAt: number;
  /** Versions that were deployed before, and until when they may still pull. */
  readonly late: Map<Version, number>;
}

/** A version of the Worker. */
export interface Version {
  readonly id: string;
  readonly createdAt: number;
  readonly bindings: Readonly<Record<string, MtlsCertificateId>>;
}

/** The one zone. */
export interface Zone {
  enabled: boolean;
  readonly zoneCertificates: Held<ZoneAopCertificateId>[];
  readonly hostnameCertificates: Held<HostnameAopCertificateId>[];
  readonly associations: Map<string, HeldAssociation>;
}

/** A certificate in one of the zone's stores: on its way to somewhere, or there. */
export interface Held<Id> {
  readonly id: Id;
  readonly fingerprint: Fingerprint;
  status: AopStatus;
  /** When the status moves on by itself. */
  settlesAt: number;
}

/** An association; until it settles, the edge may still go by those before it. */
export interface HeldAssociation {
  certificateId: HostnameAopCertificateId;
  enabled: true | null;
  setAt: number;
  settlesAt: number;
  /** Null is the zone's level. */
  before: (HostnameAopCertificateId | null)[];
}

/** A live verifier. */
export interface Verifier {
  readonly url: string;
  readonly serves: readonly string[];
  isUp: boolean;
  watchingSince: number;
  /** Which of the mappings has reached its machine, and which it has loaded. */
  copied: number;
  loaded: number;
  /** Hostname and fingerprint to when it was last seen. */
  readonly seen: Map<string, Map<Fingerprint, number>>;
}
