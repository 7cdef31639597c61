import { basename, resolve } from "node:path";
import type { BindingName, Mapping } from "../../shared/mapping.ts";
import { optionsOf } from "../check/check-local-twin.ts";
import type { NewFile } from "../certificates/write-files.ts";
import { EXIT } from "../manners/exit-code.ts";
import { Failure } from "../manners/failure.ts";
import { required } from "../manners/required.ts";
import { entriesByBinding } from "../worker-entries.ts";
import { listAt, nameOf, type BindingsEdit } from "../wrangler/bindings-edit.ts";
import { byHand } from "../wrangler/by-hand.ts";
import { editConfiguration } from "../wrangler/edit-configuration.ts";
import { languageOf, readDocument, toTable, type Table } from "../wrangler/read-document.ts";
import { parseWranglerConfiguration } from "../wrangler/wrangler-configuration.ts";
import { PLACES, type Standing } from "./find-standing.ts";
import {
  localService,
  newConfiguration,
  newTwin,
  placeholderId,
  workerName,
} from "./wrangler-text.ts";

/** Said of what is in the way. */
export const NEXT = "correct it, then run pullproof init again: nothing was written";

/**
 * wrangler's configuration with the mapping's bindings, in every environment. Those of the example go; ids that somebody
 * has put there stay.
 */
export function configurationFile({ configuration, example }: Standing, mapping: Mapping): NewFile {
  const path = configuration?.file ?? PLACES.configuration;
  if (configuration === null) {
    const name = workerName(basename(resolve(".")));
    return newFile(path, newConfiguration(name, PLACES.entry, bindingsOf(mapping)), null);
  }
  const before = configuration.text;
  const document = documentOf(path, before);
  const gone = bindingsOf(example?.mapping);
  const replaced = new Set<string>(gone);
  const edits = ["", ...Object.keys(toTable(document["env"]))].map((environment) => {
    const list = [...(environment === "" ? [] : ["env", environment]), "mtls_certificates"];
    const present: readonly string[] = listAt(document, list).map(nameOf);
    const removed = gone
      .filter((binding) => present.includes(binding))
      .map((binding): [string, null] => [binding, null]);
    const added = bindingsOf(mapping)
      .map((binding, index): [string, Table] => [binding, { certificate_id: placeholderId(index) }])
      .filter(([binding]) => !present.includes(binding) || replaced.has(binding));
    return { list, bindings: new Map<string, Table | null>([...removed, ...added]) };
  });
  return newFile(path, edited(path, before, edits), before);
}

/** The local twin with the same bindings, each to its own origin hostnames. */
export function twinFile(
  { twin, example }: Standing,
  mapping: Mapping,
  { path, text }: NewFile,
): NewFile {
  const deployed = required(path, parseWranglerConfiguration(path, text), NEXT);
  const { name } = documentOf(path, text);
  const before = twin ?? newTwin(deployed, typeof name === "string" ? name : "pullproof");
  const list = ["services"];
  const there: readonly string[] = listAt(documentOf(PLACES.twin, before), list).map(nameOf);
  const removed = bindingsOf(example?.mapping).filter((binding) => there.includes(binding));
  const added = [...entriesByBinding(mapping)].filter(
    ([binding]) => !there.includes(binding) || removed.includes(binding),
  );
  const bindings = new Map<string, Table | null>([
    ...removed.map((binding): [string, null] => [binding, null]),
    ...added.map(([binding, entries]): [string, Table] => [
      binding,
      localService(binding, optionsOf(entries)),
    ]),
  ]);
  const after = edited(PLACES.twin, before, [{ list, bindings }]);
  return newFile(PLACES.twin, after, twin);
}

/** A file that is new, or one that replaces what is there. */
export function newFile(path: string, text: string, before: string | null): NewFile {
  return { path, text, mode: 0o644, ...(before === null ? {} : { replaces: before }) };
}

function bindingsOf(mapping: Mapping | undefined): readonly BindingName[] {
  return mapping === undefined ? [] : [...entriesByBinding(mapping).keys()];
}

function documentOf(path: string, text: string): Table {
  return required(path, readDocument(languageOf(path), text), NEXT);
}

function edited(path: string, text: string, edits: readonly BindingsEdit[]): string {
  const result = editConfiguration(path, text, edits);
  if (result.ok) return result.text;
  throw new Failure(byHand(path, documentOf(path, text), edits, result.why), EXIT.byHand);
}
