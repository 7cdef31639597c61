import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, normalize, resolve } from "node:path";
import { parseMappingText } from "../../shared/mapping-text.ts";
import { check } from "../check/check.ts";
import type { NewFile } from "../certificates/write-files.ts";
import { refuseIfAny } from "../manners/failure.ts";
import { readText, readTextOver } from "../manners/read-text.ts";
import { required } from "../manners/required.ts";
import { parseWranglerConfiguration } from "../wrangler/wrangler-configuration.ts";
import { configurationFile, newFile, NEXT, twinFile } from "./binding-files.ts";
import { findStanding, PLACES, type Standing } from "./find-standing.ts";
import { makeCertificates, type InitCertificates } from "./make-certificates.ts";
import type { PlannedGroup } from "./planned-hosts.ts";
import { STAND_IN } from "../stand-in.ts";
import { manifest, toInstall, workerEntry } from "./worker-entry.ts";
import { workerName } from "./wrangler-text.ts";
import { writtenMapping } from "./written-mapping.ts";

/** Everything that `init` would write, checked; nothing has been written yet. */
export interface PreparedInit {
  readonly files: readonly NewFile[];
  readonly certificates: InitCertificates;
  readonly configuration: string;
  /** Whether the Worker has generated types, which are stale now. */
  readonly hasTypes: boolean;
  /** What installs wrangler and the local stand-in, which `wrangler dev` needs; null where both are there. */
  readonly install: string | null;
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
  const configuration = configurationFile(standing, mapping);
  const twin = twinFile(standing, mapping, configuration);
  const files: readonly NewFile[] = [
    ...certificates.files,
    newFile(PLACES.mapping, mappingText, standing.example?.text ?? null),
    configuration,
    twin,
    ...entryFile(configuration),
    ...restOf(standing),
  ].filter(({ text, replaces }) => text !== replaces);
  refuseUnclean(files, configuration, now);
  return {
    files,
    certificates,
    configuration: configuration.path,
    hasTypes: hasTypes(configuration),
    install: installCommand(standing),
  };
}

/** @throws {Failure} where `check` would refuse what would be there. */
export function refuseUnclean(files: readonly NewFile[], configuration: NewFile, now: Date): void {
  const { problems } = check({
    mapping: PLACES.mapping,
    config: configuration.path,
    local: PLACES.twin,
    deploy: false,
    now,
    types: false,
    read: readTextOver(new Map(files.map(({ path, text }) => [path, text]))),
  });
  refuseIfAny(problems.map((problem) => ({ ...problem, next: `${problem.next}; ${NEXT}` })));
}

/** The Worker's entry, where the configuration names one that is not there. */
function entryFile(configuration: NewFile): readonly NewFile[] {
  const entry = entryOf(configuration);
  return existsSync(entry) ? [] : [newFile(entry, workerEntry(entry), null)];
}

/** Whether the Worker has generated types. */
export function hasTypes(configuration: NewFile): boolean {
  const text = readText(entryOf(configuration));
  return text.ok && text.value.includes("generated/mapping-bindings");
}

function entryOf({ path, text }: NewFile): string {
  const { main } = required(path, parseWranglerConfiguration(path, text), NEXT);
  return normalize(main ?? PLACES.entry);
}

function installCommand({ hasManifest }: Standing): string | null {
  const { resolve: find } = createRequire(resolve(PLACES.mapping));
  try {
    find("wrangler/package.json");
    find(STAND_IN.package);
    return null;
  } catch {
    return hasManifest
      ? `npm install --save-dev wrangler@${WRANGLER} ${toInstall()}`
      : "npm install";
  }
}

/** Keys and throwaway files out of git; and what `wrangler dev` needs beside it. */
function restOf({ gitignore, hasManifest }: Standing): readonly NewFile[] {
  const lines = (gitignore ?? "").split(/\r?\n/);
  const missing = ["node_modules/", ".wrangler/", ".pullproof/", "pki/*.key"].filter(
    (line) => !lines.includes(line) && !lines.includes(line.replace(/\/$/, "")),
  );
  const start =
    gitignore === null || gitignore === "" || gitignore.endsWith("\n")
      ? (gitignore ?? "")
      : `${gitignore}\n`;
  const ignored = newFile(
    PLACES.gitignore,
    `${start}${missing.map((line) => `${line}\n`).join("")}`,
    gitignore,
  );
  const name = workerName(basename(resolve(".")));
  return [
    ignored,
    ...(hasManifest ? [] : [newFile(PLACES.manifest, manifest(name, WRANGLER), null)]),
  ];
}

/** The version that the local stand-in's plugin interface was tried with. */
const WRANGLER = "4.156.0";
