import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, normalize, resolve } from "node:path";
import type { Mapping } from "../../shared/mapping.ts";
import type { NewFile } from "../certificates/write-files.ts";
import { readText } from "../manners/read-text.ts";
import { required } from "../manners/required.ts";
import { STAND_IN } from "../stand-in.ts";
import { needsWorker } from "../worker-entries.ts";
import { parseWranglerConfiguration } from "../wrangler/wrangler-configuration.ts";
import { configurationFile, newFile, NEXT, twinFile } from "./binding-files.ts";
import { PLACES, type Standing } from "./find-standing.ts";
import { manifest, toInstall, workerEntry } from "./worker-entry.ts";
import { workerName } from "./wrangler-text.ts";

/** What a project has for the Worker's sake. */
export interface WorkerFiles {
  /** Those that name the mapping's bindings: wrangler's configuration, and its local twin. */
  readonly bindings: readonly NewFile[];
  /** The Worker's entry, and what `wrangler dev` needs beside it, where they are not there. */
  readonly others: readonly NewFile[];
  /** wrangler's configuration; null where no entry is presented by a Worker. */
  readonly configuration: string | null;
  /** Whether the Worker has generated types, which are stale now. */
  readonly hasTypes: boolean;
  /** What installs wrangler and the local stand-in, which `wrangler dev` needs; null where nothing is needed, or both are there. */
  readonly install: string | null;
}

/** What the mapping's Worker needs; for a mapping of the edge's alone, which has none, nothing. */
export function workerFiles(standing: Standing, mapping: Mapping): WorkerFiles {
  if (!needsWorker(mapping)) return withoutWorker(standing, mapping);
  const configuration = configurationFile(standing, mapping);
  return {
    bindings: [configuration, twinFile(standing, mapping, configuration)],
    others: [...entryFile(configuration), ...manifestFile(standing)],
    configuration: configuration.path,
    hasTypes: hasTypes(configuration),
    install: installCommand(standing),
  };
}

/** Nothing is written; only the example's bindings go with its mapping, from where they are. */
function withoutWorker(standing: Standing, mapping: Mapping): WorkerFiles {
  const none = { bindings: [], others: [], configuration: null, hasTypes: false, install: null };
  if (standing.example === null || standing.configuration === null) return none;
  const configuration = configurationFile(standing, mapping);
  const twin = standing.twin === null ? [] : [twinFile(standing, mapping, configuration)];
  return { ...none, bindings: [configuration, ...twin], hasTypes: hasTypes(configuration) };
}

/** The Worker's entry, where the configuration names one that is not there. */
function entryFile(configuration: NewFile): readonly NewFile[] {
  const entry = entryOf(configuration);
  return existsSync(entry) ? [] : [newFile(entry, workerEntry(entry), null)];
}

function hasTypes(configuration: NewFile): boolean {
  const text = readText(entryOf(configuration));
  return text.ok && text.value.includes("generated/mapping-bindings");
}

function entryOf({ path, text }: NewFile): string {
  const { main } = required(path, parseWranglerConfiguration(path, text), NEXT);
  return normalize(main ?? PLACES.entry);
}

function manifestFile({ hasManifest }: Standing): readonly NewFile[] {
  const name = workerName(basename(resolve(".")));
  return hasManifest ? [] : [newFile(PLACES.manifest, manifest(name, WRANGLER), null)];
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

/** The version that the local stand-in's plugin interface was tried with. */
const WRANGLER = "4.156.0";
