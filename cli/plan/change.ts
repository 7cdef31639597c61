import type {
  HostnameAopCertificateId,
  MtlsCertificateId,
  ZoneAopCertificateId,
} from "../../shared/certificate-id.ts";
import type { Fingerprint } from "../../shared/fingerprint.ts";
import type { HostPattern, Hostname } from "../../shared/hostname.ts";
import type { BindingName, IssuerName } from "../../shared/mapping.ts";

/*
 * One item of a plan, as data: what would be done (`Action`), or what has to come true first without our doing (`Wait`).
 * The union is closed: whoever performs or describes changes does not compile until it knows every kind.
 */

/** An item of a plan. */
export type Change = Action | Wait;

/** Something that the tool does, in one call: after it, everything is observed again. */
export type Action = MappingAction | WorkerAction | ZoneAction;

/** An edit of the mapping, of all entries that must be alike at once, and what it starts with. Only `rotate` makes them. */
export type MappingAction =
  | {
      readonly kind: "issue-certificate";
      /** The name that it carries. */
      readonly hostname: Hostname;
      readonly issuer: IssuerName;
    }
  /** Listed second: accepted, and not presented yet. */
  | {
      readonly kind: "add-to-mapping";
      readonly hostnames: readonly HostPattern[];
      readonly fingerprint: Fingerprint;
    }
  /** Moved to the first place: the one that is presented from now on. */
  | {
      readonly kind: "present-in-mapping";
      readonly hostnames: readonly HostPattern[];
      readonly fingerprint: Fingerprint;
    }
  | {
      readonly kind: "remove-from-mapping";
      readonly hostnames: readonly HostPattern[];
      readonly fingerprint: Fingerprint;
    };

/** A step of the account's store, wrangler's configuration, or the Worker. */
export type WorkerAction =
  | {
      readonly kind: "upload-account-certificate";
      readonly fingerprint: Fingerprint;
      /** Label in the store. */
      readonly name: string;
    }
  /** Edits wrangler's configuration; nothing is presented by it before the next deployment. */
  | {
      readonly kind: "set-binding";
      /** "" for the top level, else the name under `[env]`. */
      readonly environment: string;
      readonly binding: BindingName;
      readonly from: MtlsCertificateId;
      /** Null: known once it is uploaded. */
      readonly to: MtlsCertificateId | null;
      readonly fingerprint: Fingerprint;
    }
  /** Presents: all of an environment's bindings, as its configuration has them. Done with `--deploy` alone. */
  | {
      readonly kind: "deploy-worker";
      readonly environment: string;
      readonly script: string;
      /** What the bindings of the mapping will carry. */
      readonly bindings: Readonly<Record<BindingName, Fingerprint>>;
    }
  | {
      readonly kind: "delete-account-certificate";
      readonly id: MtlsCertificateId;
      readonly fingerprint: Fingerprint;
    };

/** A step of one zone's Authenticated Origin Pulls. Cloudflare takes one at a time for a zone (409). */
export type ZoneAction = {
  readonly zone: string;
  readonly zoneName: string;
} & (
  | { readonly kind: "upload-hostname-certificate"; readonly fingerprint: Fingerprint }
  /** Presents, for this hostname. */
  | {
      readonly kind: "associate-hostname";
      readonly hostname: HostPattern;
      /** Null: known once it is uploaded. */
      readonly certificateId: HostnameAopCertificateId | null;
      readonly fingerprint: Fingerprint;
    }
  /** `enabled: null`: the hostname falls back to the zone's level. Never `false`, which presents nothing at all. */
  | {
      readonly kind: "remove-association";
      readonly hostname: HostPattern;
      readonly certificateId: HostnameAopCertificateId;
    }
  | {
      readonly kind: "delete-hostname-certificate";
      readonly id: HostnameAopCertificateId;
      readonly fingerprint: Fingerprint;
    }
  /** Presents at once where the zone's level is on: Cloudflare does not say which of several it takes. */
  | { readonly kind: "upload-zone-certificate"; readonly fingerprint: Fingerprint }
  | {
      readonly kind: "delete-zone-certificate";
      readonly id: ZoneAopCertificateId;
      readonly fingerprint: Fingerprint;
    }
  /** Presents, for every proxied hostname of the zone that has no association of its own. */
  | { readonly kind: "enable-zone" }
  /** Level "shared": presents Cloudflare's own certificate where no other level is in force. */
  | { readonly kind: "enable-shared" }
);

/** What has to come true before the next action of its lane; it leaves the plan by being observed. */
export type Wait =
  /** Cloudflare has to finish deploying or deleting a certificate or an association. Seconds to minutes. */
  | {
      readonly kind: "wait-for-cloudflare";
      readonly zone: string;
      readonly what: string;
      readonly status: string;
    }
  /** Live verifiers have to load a mapping that accepts, or no longer accepts, a certificate. */
  | {
      readonly kind: "wait-for-verifiers";
      readonly hostnames: readonly HostPattern[];
      /** Null: Cloudflare's shared certificate, or any certificate of the issuer. */
      readonly fingerprint: Fingerprint | null;
      readonly until: "accepted" | "not accepted";
      /** The verifiers that hold it up, each with why; empty: no verifier was named. */
      readonly verifiers: readonly { readonly url: string; readonly why: string }[];
    }
  /** Other bindings of the same Worker have to be set first: a deployment deploys them all. */
  | {
      readonly kind: "wait-for-bindings";
      readonly environment: string;
      readonly script: string;
      readonly bindings: readonly { readonly binding: BindingName; readonly why: string }[];
    }
  /** A version that presents something else is still deployed: a gradual deployment, which its author has to finish. */
  | {
      readonly kind: "wait-for-deployment";
      readonly environment: string;
      readonly script: string;
      readonly why: string;
    }
  /** Nobody may pull with a certificate for a while before it is no longer accepted. */
  | {
      readonly kind: "wait-for-quiet";
      readonly hostnames: readonly HostPattern[];
      readonly fingerprint: Fingerprint;
      /** How long, in milliseconds. */
      readonly quiet: number;
      /** When it ends if the certificate is not seen again, by the operator's clock; null where nobody can say. */
      readonly until: number | null;
      readonly verifiers: readonly { readonly url: string; readonly why: string }[];
    };

/** A change in its place, with the reason for it. */
export interface PlannedChange {
  readonly change: Change;
  /** Why it is needed, in words for people. One line, no full stop. */
  readonly why: string;
}

/** Whether an item is a wait: nothing to do but to observe again. */
export function isWait(change: Change): change is Wait {
  return change.kind.startsWith("wait-");
}
