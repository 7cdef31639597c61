import { fingerprintOf } from "../../origin-verifier/certificate/fingerprint-of.ts";
import { readPemCertificates } from "../../origin-verifier/certificate/read-pem.ts";
import type { Fingerprint } from "../../shared/fingerprint.ts";
import type { AopStatus } from "../observe/observed.ts";
import type { StoredText } from "../observe/cloudflare-reader.ts";
import { oddAnswer } from "./all-pages.ts";
import type { Part } from "./endpoint.ts";

/** A certificate of a zone, as Cloudflare tells it: every member may be missing, says the SDK. */
export interface ToldCertificate {
  readonly id?: string;
  readonly certificate?: string;
  readonly status?: string;
  readonly uploaded_on?: string;
}

const STATUSES: readonly AopStatus[] = [
  "initializing",
  "pending_deployment",
  "pending_deletion",
  "active",
  "deleted",
  "deployment_timed_out",
  "deletion_timed_out",
];

/**
 * The fingerprint of a text's first certificate; null where there is none. Fingerprints are compared and texts never:
 * Cloudflare writes PEM anew, and its white space is its own.
 */
export function leafOf(text: string): Fingerprint | null {
  const read = readPemCertificates(text);
  return read.ok ? fingerprintOf(read.value[0].raw) : null;
}

/** Reads what is told of a zone's certificate. An id of the wrong form, or a status that is not known, is no answer. */
export function readStored<Id>(
  told: ToldCertificate,
  part: Part,
  parseId: (raw: string) => Id | null,
): StoredText<Id> {
  return {
    id: readId(told.id, part, parseId),
    status: readStatus(told.status, part),
    uploadedAt: readTime(told.uploaded_on),
    text: told.certificate ?? "",
  };
}

/** An id, where it has the form of one. */
export function readId<Id>(
  raw: string | undefined,
  part: Part,
  parseId: (raw: string) => Id | null,
): Id {
  const id = raw === undefined ? null : parseId(raw);
  if (id === null) throw oddAnswer(part, `an id that is none: ${JSON.stringify(raw)}`);
  return id;
}

/** One of the statuses that are known. */
export function readStatus(raw: string | undefined, part: Part): AopStatus {
  const status = STATUSES.find((one) => one === raw);
  if (status === undefined) throw oddAnswer(part, `a status that is none: ${JSON.stringify(raw)}`);
  return status;
}

/** ms since 1970; null where nothing readable is said. */
export function readTime(raw: string | undefined): number | null {
  const time = Date.parse(raw ?? "");
  return Number.isNaN(time) ? null : time;
}
