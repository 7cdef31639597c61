import type { MtlsCertificateId } from "../../shared/certificate-id.ts";
import type { BindingName } from "../../shared/mapping.ts";
import { writeFiles } from "../certificates/write-files.ts";
import { EXIT } from "../manners/exit-code.ts";
import { Failure, failure } from "../manners/failure.ts";
import { readText } from "../manners/read-text.ts";
import { required } from "../manners/required.ts";
import { listAt, nameOf, type BindingsEdit } from "./bindings-edit.ts";
import { byHand } from "./by-hand.ts";
import { editConfiguration } from "./edit-configuration.ts";
import { languageOf, readDocument, toTable, type Table } from "./read-document.ts";

/** By binding: the id that it carries from now on, or null to remove the binding. */
export type CertificateIds = ReadonlyMap<BindingName, MtlsCertificateId | null>;

/** A configuration before and after; nothing has been written yet. */
export interface ConfigurationEdit {
  readonly file: string;
  readonly before: string;
  /** The same text where nothing had to change. */
  readonly after: string;
}

/**
 * Prepares `[[mtls_certificates]]` with other ids: in the top level and in every `[env.*]`, which do not inherit it.
 * Comments, order and formatting stay; what was not named stays; a binding that is not there yet is added.
 *
 * @param environments "" for the top level, else names under `[env]`; all of them where it is left out.
 * @throws {Failure} where the file cannot be read or has no such environment; with exit code `byHand`, and in its next step
 *   the snippet to paste, where the edit cannot be made and proven.
 */
export function prepareCertificateIds(
  file: string,
  ids: CertificateIds,
  environments?: readonly string[],
): ConfigurationEdit {
  const next = "correct it, or name another with --config";
  const text = required(file, readText(file), next);
  const document = required(file, readDocument(languageOf(file), text), next);
  const all = ["", ...Object.keys(toTable(document["env"]))];
  const unknown = environments?.find((name) => !all.includes(name));
  if (unknown !== undefined) {
    throw failure({
      file,
      path: `env.${unknown}`,
      message: "is not there",
      next: `name one of its environments: ${all.map((name) => name || "(top level)").join(", ")}`,
    });
  }
  const edits = (environments ?? all).map((name) => editOf(document, name, ids));
  const edited = editConfiguration(file, text, edits);
  if (edited.ok) return { file, before: text, after: edited.text };
  throw new Failure(byHand(file, document, edits, edited.why), EXIT.byHand);
}

/**
 * The same, written: whole, in one moment, with the file's own mode, and only if it still is what was read.
 *
 * @returns whether anything had to change.
 * @throws {Failure} as {@link prepareCertificateIds}; the file is as it was then.
 */
export function setCertificateIds(
  file: string,
  ids: CertificateIds,
  environments?: readonly string[],
): boolean {
  const { before, after } = prepareCertificateIds(file, ids, environments);
  if (before === after) return false;
  writeFiles([{ path: file, text: after, mode: 0o644, replaces: before }], "refuse");
  return true;
}

function editOf(document: Table, environment: string, ids: CertificateIds): BindingsEdit {
  const parent = environment === "" ? [] : ["env", environment];
  const list = [...parent, "mtls_certificates"];
  const present = new Set(listAt(document, list).map(nameOf));
  const bindings = [...ids].flatMap(([binding, id]): [string, Table | null][] =>
    id === null && !present.has(binding)
      ? []
      : [[binding, id === null ? null : { certificate_id: id }]],
  );
  return { list, bindings: new Map(bindings) };
}
