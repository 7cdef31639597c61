import { REMOVED_HEADERS } from "./patterns.ts";

/** A header's name in lower case, or the beginning of one. */
export interface NameForm {
  readonly text: string;
  /** Whether anything may follow. */
  readonly open: boolean;
}

/** Alternatives, optional groups, classes of letters: what the patterns of wire.ts are written in, and no more. */
const GROUP = /\((?:\?:)?([^()]*)\)(\??)/;
const CLASS = /\[([a-z]+)\]/;
const OPTIONAL = /([a-z0-9-])\?/;
/** From here on a name is open: digits of any number. */
const ENDLESS = /\[0-9\]\+.*$/;

/**
 * The names that are removed, for servers that know no regular expressions: each whole, or as a beginning.
 * `[0-9]+` and what follows it becomes "anything", so that a few more names are taken than the patterns take.
 */
export function identityNames(): readonly NameForm[] {
  const forms = REMOVED_HEADERS.flatMap(({ source }) => expanded(source.slice(1)).map(formOf));
  const unique = new Map(forms.map((form) => [`${form.text} ${form.open}`, form]));
  const covered = (form: NameForm): boolean =>
    [...unique.values()].some(
      (other) => other !== form && other.open && form.text.startsWith(other.text),
    );
  return [...unique.values()].filter((form) => !covered(form));
}

function expanded(source: string): readonly string[] {
  const group = GROUP.exec(source);
  if (group !== null) {
    const [whole, inner = "", optional] = group;
    const alternatives = [...inner.split("|"), ...(optional === "?" ? [""] : [])];
    return alternatives.flatMap((one) => expanded(source.replace(whole, () => one)));
  }
  const letters = CLASS.exec(source);
  if (letters !== null) {
    const [whole, inner = ""] = letters;
    return inner.split("").flatMap((one) => expanded(source.replace(whole, () => one)));
  }
  const optional = OPTIONAL.exec(source);
  if (optional !== null) {
    const [whole, one = ""] = optional;
    return [one, ""].flatMap((text) => expanded(source.replace(whole, () => text)));
  }
  return [source];
}

function formOf(source: string): NameForm {
  const cut = source.replace(ENDLESS, "");
  if (cut !== source) return { text: cut, open: true };
  return source.endsWith("$")
    ? { text: source.slice(0, -1), open: false }
    : { text: source, open: true };
}
