import { existsSync } from "node:fs";
import type { Profile } from "../../origin-verifier/profile/profile.ts";
import { parseMappingText } from "../../shared/mapping-text.ts";
import type { Mapping } from "../../shared/mapping.ts";
import type { Parsed } from "../../shared/problem.ts";
import { findingsIn, type Finding } from "../manners/finding.ts";
import { nextForConfiguration, nextForMapping } from "../manners/next-for.ts";
import { readText, type ReadText } from "../manners/read-text.ts";
import { checkBindings } from "./check-bindings.ts";
import { checkEdge } from "./check-edge.ts";
import { checkIssuers, checkShared } from "./check-issuers.ts";
import { checkLeftOverServices, checkLocalTwin } from "./check-local-twin.ts";
import { checkOtherLocks } from "./check-other-locks.ts";
import { checkOrigins } from "./check-origins.ts";
import { checkProfile } from "./check-profile.ts";
import { checkReportModes } from "./check-report-modes.ts";
import { checkRuntime } from "./check-runtime.ts";
import { checkSecrets } from "./check-secrets.ts";
import { checkTypes } from "./check-types.ts";
import {
  readWranglerConfiguration,
  type WranglerConfiguration,
} from "../wrangler/wrangler-configuration.ts";
import { needsWorker } from "../worker-entries.ts";

/** The files that are compared with each other, as they were named on the command line. */
export interface CheckRequest {
  readonly mapping: string;
  /** wrangler's configuration; asked for, as its twin is, where an entry is presented by a Worker. */
  readonly config: string;
  /** Its local twin. */
  readonly local: string;
  /** Whether the Worker is about to be deployed: ids that hold the place of real ones are problems then. */
  readonly deploy: boolean;
  readonly now: Date;
  /** Where the texts come from; the disk where it is left out. */
  readonly read?: ReadText;
  /** By which the origins' verifiers judge. Default `standard`. */
  readonly profile?: Profile;
  /** The folder of pull certificates, which are held against the profile; none are where it is left out. */
  readonly certificates?: string;
  /** Whether the generated types are held against the rest; they are where it is left out. */
  readonly types?: boolean;
}

/** Everything that was found. */
export interface CheckResult {
  readonly problems: readonly Finding[];
  /** Worth knowing, and no reason to stop. */
  readonly warnings: readonly Finding[];
  /** Null where it does not parse. */
  readonly mapping: Mapping | null;
}

/** Compares the mapping, wrangler's configuration, its local twin, the types and the issuer files; all problems at once. */
export function check(request: CheckRequest): CheckResult {
  const { read = readText, types = true, profile = "standard", certificates = null } = request;
  const problems: Finding[] = [];
  const take = <T>(file: string, result: Parsed<T>, next: string): T | null => {
    if (result.ok) return result.value;
    problems.push(...findingsIn(file, result.problems, next));
    return null;
  };
  const mapping = take(
    request.mapping,
    readMapping(request.mapping, read),
    nextForMapping(request.mapping),
  );
  // Of a mapping that does not parse nobody knows who presents.
  const isNeeded = mapping === null || needsWorker(mapping);
  const wranglerFile = (file: string, flag: "--config" | "--local"): WranglerConfiguration | null =>
    isNeeded || isThere(file, read)
      ? take(file, readWranglerConfiguration(file, read), nextForConfiguration(file, flag))
      : null;
  const configuration = wranglerFile(request.config, "--config");
  const twin = wranglerFile(request.local, "--local");
  // Where no entry needs a Worker, one that is there is somebody else's affair, but for bindings that no entry has.
  if (configuration !== null && isNeeded) problems.push(...checkRuntime(configuration));
  if (mapping === null) return { problems, warnings: [], mapping };

  if (configuration !== null) {
    problems.push(...checkBindings(mapping, configuration, request.deploy));
    problems.push(...checkSecrets(mapping, configuration));
    if (types && isNeeded) problems.push(...checkTypes(mapping, configuration));
  }
  problems.push(...checkOrigins(mapping, request.mapping, configuration));
  const edge = checkEdge(mapping, request.mapping);
  problems.push(...edge.problems);
  if (twin !== null && isNeeded) problems.push(...checkLocalTwin(mapping, twin, configuration));
  else if (twin !== null) problems.push(...checkLeftOverServices(mapping, twin));
  problems.push(...checkOtherLocks(mapping, request.mapping, read));
  problems.push(...checkIssuers(mapping, request.mapping, request.now, read, profile));
  problems.push(...checkProfile(mapping, request.mapping, profile, certificates));
  const warnings = [
    ...edge.warnings,
    ...checkShared(mapping, request.mapping),
    ...checkReportModes(mapping, request.mapping, request.now),
  ];
  return { problems, warnings, mapping };
}

/** Whether there is such a file, or will be; one that may not be read is there. */
function isThere(file: string, read: ReadText): boolean {
  return read(file).ok || existsSync(file);
}

/** Reads and parses a mapping; a file that cannot be read is a problem like any other. */
export function readMapping(file: string, read: ReadText = readText): Parsed<Mapping> {
  const text = read(file);
  return text.ok ? parseMappingText(text.value) : text;
}
