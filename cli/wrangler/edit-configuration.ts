import { messageOf } from "../manners/failure.ts";
import { editedDocument, sameValue, valueAt, type BindingsEdit } from "./bindings-edit.ts";
import { editJsonc } from "./edit-jsonc.ts";
import { editToml } from "./edit-toml.ts";
import { jsoncComments } from "./jsonc-text.ts";
import { isTable, languageOf, readDocument, type Language } from "./read-document.ts";
import { tomlComments, type Comment } from "./toml-lines.ts";

/** An edited text that has been proven, or why there is none. */
export type Edited =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly why: string };

/**
 * Edits lists of bindings in a configuration of wrangler's, keeping comments, order and formatting of all the rest.
 *
 * Nobody's word is taken for it: the result is parsed again and must say exactly what was meant, every other value as it
 * was, and every comment must still be there (those behind a removed line excepted). Anything else is no result. Pure.
 *
 * @param file its ending says which language the text is in.
 */
export function editConfiguration(
  file: string,
  text: string,
  edits: readonly BindingsEdit[],
): Edited {
  const language = languageOf(file);
  const before = readDocument(language, text);
  if (!before.ok) return { ok: false, why: before.problems[0].message };
  const odd = edits.find(({ list }) => !isListOfTables(valueAt(before.value, list)));
  if (odd !== undefined) return { ok: false, why: `${odd.list.join(".")} is not a list of tables` };
  const meant = editedDocument(before.value, edits);
  if (sameValue(before.value, meant)) return { ok: true, text };
  let edited: string;
  try {
    edited = language === "toml" ? editToml(text, edits) : editJsonc(text, edits);
  } catch (thrown) {
    return { ok: false, why: messageOf(thrown) };
  }
  const after = readDocument(language, edited);
  if (!after.ok) return { ok: false, why: `it would not parse: ${after.problems[0].message}` };
  // A list that has lost its last binding may stay behind, empty.
  const untouched = edits.map(({ list }) => ({ list, bindings: new Map() }));
  if (!sameValue(editedDocument(after.value, untouched), meant)) {
    return { ok: false, why: "it would say something else" };
  }
  const lost = lostComment(language, text, edited, edits);
  return lost === undefined
    ? { ok: true, text: edited }
    : { ok: false, why: `a comment would be lost: ${lost}` };
}

function lostComment(
  language: Language,
  before: string,
  after: string,
  edits: readonly BindingsEdit[],
): string | undefined {
  const comments = language === "toml" ? tomlComments : jsoncComments;
  const removes = edits.some(({ bindings }) => [...bindings.values()].includes(null));
  const left = comments(after).map(({ text }) => text);
  const isLost = ({ text, alone }: Comment): boolean => {
    const at = left.indexOf(text);
    if (at === -1) return alone || !removes;
    left.splice(at, 1);
    return false;
  };
  return comments(before).find(isLost)?.text;
}

function isListOfTables(value: unknown): boolean {
  return value === undefined || (Array.isArray(value) && value.every(isTable));
}
