import { createHash } from "node:crypto";
import { parseMappingText } from "../../shared/mapping-text.ts";
import type { FileProblem } from "../events.ts";
import type { Profile } from "../profile/profile.ts";
import { endsAhead } from "./ends-ahead.ts";
import { createFileReports } from "./file-reports.ts";
import { readIssuers } from "./read-issuers.ts";
import { oldFileWarnings } from "./old-files.ts";
import type { FileDigests } from "./read-file.ts";
import { readOrigins } from "./read-origins.ts";
import { sharedWarnings } from "./shared-warnings.ts";
import type { TrustSources } from "./trust-sources.ts";
import type { Trust } from "./trust.ts";

/** A whole new trust, or everything that keeps it from being one. */
export type BuiltTrust = (
  | { readonly ok: true; readonly trust: Trust; readonly warnings: readonly string[] }
  | { readonly ok: false; readonly problems: readonly FileProblem[] }
) & {
  /** Every file that was read for it. */
  readonly files: FileDigests;
};

/**
 * Reads the mapping, the issuers and the origin certificates, checks all of them, and builds a trust. Nothing is kept
 * of a build with a problem in it.
 *
 * @param profile what keys and signatures the files may have.
 * @param now milliseconds since 1970: an expired issuer is refused here, and not first by the pulls that need it.
 */
export async function buildTrust(
  sources: TrustSources,
  profile: Profile,
  generation: number,
  now: number,
): Promise<BuiltTrust> {
  const reports = createFileReports();
  const text = await reports.read(sources.mapping, "--mapping");
  const mapping = text === null ? null : reports.take(sources.mapping, parseMappingText(text));
  const { problems, digests: files } = reports;
  if (text === null || mapping === null) return { ok: false, problems, files };

  const issuers = await readIssuers(mapping, sources.mapping, { now, profile }, reports);
  const { origins, warnings } = await readOrigins(
    mapping,
    sources,
    issuers,
    { now, profile },
    reports,
  );
  if (problems.length > 0) return { ok: false, problems, files };
  const mappingDigest = createHash("sha256").update(text).digest("hex");
  const trust: Trust = { generation, mappingDigest, origins, issuers };
  const told = [
    ...warnings,
    ...sharedWarnings(trust),
    ...oldFileWarnings(trust, now),
    ...endsAhead(trust, now),
  ];
  return { ok: true, trust, files, warnings: told };
}
