import { parseMappingText } from "../../shared/mapping-text.ts";
import { check } from "../check/check.ts";
import type { NewFile } from "../certificates/write-files.ts";
import { refuseIfAny } from "../manners/failure.ts";
import { readTextOver } from "../manners/read-text.ts";
import { required } from "../manners/required.ts";
import { needsWorker } from "../worker-entries.ts";
import { newFile, NEXT } from "./binding-files.ts";
import { findStanding, PLACES, type Standing } from "./find-standing.ts";
import { ignoredFile } from "./ignored-file.ts";
import { makeCertificates, type InitCertificates } from "./make-certificates.ts";
import type { PlannedGroup } from "./planned-hosts.ts";
import { workerFiles, type WorkerFiles } from "./worker-files.ts";
import { writtenMapping } from "./written-mapping.ts";

/** Everything that `init` would write, checked; nothing has been written yet. */
export interface PreparedInit extends Pick<WorkerFiles, "configuration" | "hasTypes" | "install"> {
  readonly files: readonly NewFile[];
  readonly certificates: InitCertificates;
}

/**
 * Prepares every file in memory, and holds them against each other by the rules of `check`.
 *
 * @throws {Failure} where something is there that is not overwritten, or where the result would not be clean.
 */
export async function prepareInit(
  groups: readonly PlannedGroup[],
  issuerName: string,
  now: Date,
): Promise<PreparedInit> {
  const standing = findStanding();
  const certificates = await makeCertificates(groups, issuerName, standing.hasIssuer, now);
  const mappingText = writtenMapping(groups, certificates.fingerprints);
  const mapping = required(PLACES.mapping, parseMappingText(mappingText), NEXT);
  const { bindings, others, ...worker } = workerFiles(standing, mapping);
  const files: readonly NewFile[] = [
    ...certificates.files,
    newFile(PLACES.mapping, mappingText, standing.example?.text ?? null),
    ...bindings,
    ...others,
    ignoredFile(standing, needsWorker(mapping)),
  ].filter(({ text, replaces }) => text !== replaces);
  refuseUnclean(files, standing, now);
  return { files, certificates, ...worker };
}

/** @throws {Failure} where `check` would refuse what would be there. */
export function refuseUnclean(
  files: readonly NewFile[],
  { configuration }: Pick<Standing, "configuration">,
  now: Date,
): void {
  const { problems } = check({
    mapping: PLACES.mapping,
    config: configuration?.file ?? PLACES.configuration,
    local: PLACES.twin,
    deploy: false,
    now,
    types: false,
    read: readTextOver(new Map(files.map(({ path, text }) => [path, text]))),
  });
  refuseIfAny(problems.map((problem) => ({ ...problem, next: `${problem.next}; ${NEXT}` })));
}
