import { readFileSync, statSync } from "node:fs";
import type { Fingerprint } from "../../shared/fingerprint.ts";
import { lint, type LintedFile } from "../lint/lint.ts";
import type { Level } from "../lint/lint-finding.ts";
import { failure, messageOf, refuseIfAny } from "../manners/failure.ts";
import type { Observed } from "../observe/observed.ts";
import { fileOf } from "../plan/known-certificates.ts";
import type { UploadText } from "./cloudflare-writer.ts";

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
  const certificate = readLinted(files.certificateFile);
  const key = readLinted(files.keyFile);
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

function readLinted(file: string): LintedFile {
  try {
    return { file, text: readFileSync(file, "utf8"), mode: statSync(file).mode & 0o777 };
  } catch (thrown) {
    throw failure({
      file,
      message: `cannot be read (${messageOf(thrown)})`,
      next: "make it readable for you, then run this again",
    });
  }
}
