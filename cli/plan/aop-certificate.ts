import type { Fingerprint } from "../../shared/fingerprint.ts";
import type { HostPattern } from "../../shared/hostname.ts";
import type { AopCertificate, ObservedZone } from "../observe/observed.ts";
import type { PlannedChange, ZoneAction } from "./change.ts";
import { fileOf } from "./known-certificates.ts";
import { noFiles, problem } from "./problems.ts";
import type { Situation } from "./situation.ts";
import { NO_STEPS, steps, stuck, type Steps } from "./steps.ts";
import { short } from "./words.ts";

/** Cloudflare's limit of hostname-level certificates in one zone. */
const AT_MOST = 10;

/** The certificate of a store that still lives; a deleted one stays readable, and is none. */
export function held<Id>(
  certificates: readonly AopCertificate<Id>[],
  fingerprint: Fingerprint,
): AopCertificate<Id> | null {
  return (
    certificates.find(
      (one) => one.status !== "deleted" && one.certificate?.fingerprint === fingerprint,
    ) ?? null
  );
}

/** How one of the two zone stores is written to. */
export interface AopStore<Id> {
  readonly certificates: readonly AopCertificate<Id>[];
  readonly upload: ZoneAction;
  readonly remove: (id: Id) => ZoneAction;
}

/** Brings a certificate into a zone's store and to the edge: nothing can present it before it is active there. */
export function untilActive<Id>(
  { observed }: Situation,
  { id: zone, name }: ObservedZone,
  hostname: HostPattern,
  fingerprint: Fingerprint,
  { certificates, upload, remove }: AopStore<Id>,
): Steps {
  const one = held(certificates, fingerprint);
  const uploading: PlannedChange = {
    change: upload,
    why: `zone ${name} does not hold ${short(fingerprint)} yet`,
  };
  const waiting = (status: string): PlannedChange => ({
    change: {
      kind: "wait-for-cloudflare",
      zone,
      what: `certificate ${short(fingerprint)}`,
      status,
    },
    why: "only an active certificate is at the edge",
  });
  if (one === null) {
    if (fileOf(fingerprint, observed) === null) return stuck(noFiles(hostname, fingerprint));
    const living = certificates.filter(({ status }) => status !== "deleted");
    if (upload.kind === "upload-hostname-certificate" && living.length >= AT_MOST) {
      return stuck(
        problem(
          "",
          `zone ${name} holds ${AT_MOST} hostname certificates, which is Cloudflare's limit`,
          "delete one that no hostname uses (pullproof status shows them), or use one for several hostnames",
        ),
      );
    }
    return steps(uploading, waiting("not uploaded yet"));
  }
  switch (one.status) {
    case "active":
    case "deleted":
      return NO_STEPS;
    case "initializing":
    case "pending_deployment":
    case "pending_deletion":
      // Uploading it again before it is gone is Cloudflare's error 1414.
      return steps(waiting(one.status));
    case "deployment_timed_out":
    case "deletion_timed_out":
      return steps({
        change: remove(one.id),
        why: `Cloudflare gave up on it (${one.status}): it is taken away, then uploaded again`,
      });
    default:
      return one.status satisfies never;
  }
}
