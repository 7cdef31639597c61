import type { Fingerprint } from "../../shared/fingerprint.ts";
import { lint } from "../lint/lint.ts";
import type { Level } from "../lint/lint-finding.ts";
import { readLinted } from "../lint/read-linted.ts";
import { failure, refuseIfAny } from "../manners/failure.ts";
import type { Observed } from "../observe/observed.ts";
import { fileOf } from "../plan/known-certificates.ts";
import type { UploadText } from "./cloudflare-writer.ts";

const UNREADABLE = "make it readable for you, then run this again";

/**
 * Reads a certificate with its key for an upload, and refuses what Cloudflare or the origin would stumble over.
 *
 * @throws {Failure} with everything that is wrong with the files.
 */
export function readUploadText(
  observed: Observed,
  fingerprint: Fingerprint,
  level: Level,
): UploadText {
  const files = fileOf(fingerprint, observed);
  if (files === null) throw new Error(`planned an upload of ${fingerprint} without its files`);
  const certificate = readLinted(files.certificateFile, UNREADABLE);
  const key = readLinted(files.keyFile, UNREADABLE);
  const { findings, facts } = lint({ certificate, key, level, hostname: null, now: observed.at });
  refuseIfAny(findings.filter(({ severity }) => severity === "problem"));
  if (facts?.fingerprint !== fingerprint) {
    throw failure({
      file: files.certificateFile,
      message: "was changed by somebody else meanwhile",
      next: "run the same command again: it reads the file anew",
    });
  }
  return { certificate: certificate.text, key: key.text };
}
