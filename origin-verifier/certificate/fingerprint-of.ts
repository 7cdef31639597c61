import { hash } from "node:crypto";
import type { Fingerprint } from "../../shared/fingerprint.ts";

/** The fingerprint of a certificate's DER: its identity, for lists and for people. */
export function fingerprintOf(der: Uint8Array): Fingerprint {
  return `sha256:${hash("sha256", der)}` as Fingerprint;
}
