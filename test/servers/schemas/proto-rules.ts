import type { ProtoOptions } from "./protobuf.ts";

const MARK = "(validate.rules).";

/** What protoc-gen-validate asks of one value, by the path of the rule: `string.min_len`. */
export function rulesOf(options: ProtoOptions): ReadonlyMap<string, unknown> {
  const rules = Object.entries(options ?? {}).filter(([name]) => name.startsWith(MARK));
  return new Map(rules.map(([name, value]) => [name.slice(MARK.length), value]));
}

const bytes = (value: unknown): number => Buffer.byteLength(String(value));
const seconds = (value: unknown): number => Number(String(value).replace(/s$/, ""));

/** RFC 9110 5.6.2, with the colon of HTTP/2; any text without a control character. */
const WELL_KNOWN: Readonly<Record<string, RegExp>> = {
  HTTP_HEADER_NAME: /^:?[\w!#$%&'*+.^`|~-]+$/,
  // oxlint-disable-next-line no-control-regex -- they are what is looked for
  HTTP_HEADER_VALUE: /^[^\u0000-\u0008\u000a-\u001f\u007f]*$/,
};

type Holds = (value: unknown, wanted: unknown) => boolean;

/** Each rule that the rendered fields have. One that is not here fails: nothing is passed over in silence. */
const RULES: Readonly<Record<string, Holds>> = {
  "string.min_len": (value, wanted) => String(value).length >= Number(wanted),
  "string.min_bytes": (value, wanted) => bytes(value) >= Number(wanted),
  "string.max_bytes": (value, wanted) => bytes(value) <= Number(wanted),
  "string.max_len": (value, wanted) => String(value).length <= Number(wanted),
  "string.well_known_regex": (value, wanted) =>
    WELL_KNOWN[String(wanted)]?.test(String(value)) === true,
  // Says how strict the one before is: the strict form is what is held.
  "string.strict": () => true,
  "string.ignore_empty": () => true,
  "string.prefix": (value, wanted) => String(value).startsWith(String(wanted)),
  "string.const": (value, wanted) => value === wanted,
  // A name that is none of the enum's is no value at all.
  "enum.defined_only": () => true,
  "enum.not_in": (value, wanted) => ![wanted].flat().includes(value),
  "message.required": () => true,
  "any.required": () => true,
  "duration.required": () => true,
  "duration.gt.seconds": (value, wanted) => seconds(value) > Number(wanted),
  "duration.gt.nanos": (value) => seconds(value) > 0,
  "duration.gte.nanos": (value, wanted) => seconds(value) * 1e9 >= Number(wanted),
  "duration.gte.seconds": (value, wanted) => seconds(value) >= Number(wanted),
  "duration.lt.seconds": (value, wanted) => seconds(value) < Number(wanted),
  "uint32.gt": (value, wanted) => Number(value) > Number(wanted),
  "uint32.gte": (value, wanted) => Number(value) >= Number(wanted),
  "uint32.lt": (value, wanted) => Number(value) < Number(wanted),
  "uint32.lte": (value, wanted) => Number(value) <= Number(wanted),
  "repeated.min_items": (value, wanted) => (value as readonly unknown[]).length >= Number(wanted),
  "repeated.max_items": (value, wanted) => (value as readonly unknown[]).length <= Number(wanted),
  "repeated.unique": (value) => {
    const all = (value as readonly unknown[]).map((one) => JSON.stringify(one));
    return new Set(all).size === all.length;
  },
};

/** What of one value breaks its rules. Rules of a list's items are of each item: `items` says which are meant. */
export function brokenRules(
  options: ProtoOptions,
  value: unknown,
  isItem: boolean,
): readonly string[] {
  const prefix = "repeated.items.";
  const found: string[] = [];
  for (const [name, wanted] of rulesOf(options)) {
    const ofItems = name.startsWith(prefix);
    if (ofItems !== isItem) continue;
    const rule = ofItems ? name.slice(prefix.length) : name;
    const holds = RULES[rule];
    if (holds === undefined) found.push(`a rule that is not known here: ${name}`);
    else if (!holds(value, wanted)) found.push(`${rule} ${JSON.stringify(wanted)}`);
  }
  return found;
}
