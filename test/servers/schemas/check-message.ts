import { brokenRules, rulesOf } from "./proto-rules.ts";
import {
  isMessage,
  type ProtoEnum,
  type ProtoField,
  type ProtoOptions,
  type ProtoType,
} from "./protobuf.ts";

/** A type by its full name: Any names one. */
export type Lookup = (name: string) => ProtoType;

const ANY = "google.protobuf.Any";
const DURATION = "google.protobuf.Duration";
const WRAPPED: Readonly<Record<string, string>> = {
  "google.protobuf.BoolValue": "bool",
  "google.protobuf.UInt32Value": "uint32",
  "google.protobuf.UInt64Value": "uint64",
  "google.protobuf.StringValue": "string",
};
const PREFIX = "type.googleapis.com/";

/**
 * Holds JSON against a message type as strictly as Envoy reads its configuration (`--reject-unknown-dynamic-fields` and
 * more): unknown, deprecated and hidden fields, wrong types, unknown names of enums, two of a oneof, an Any without a
 * known type, and the rules of protoc-gen-validate.
 *
 * @returns every problem, each with its path.
 */
export function messageProblems(
  value: unknown,
  type: ProtoType,
  lookup: Lookup,
  path = "",
): readonly string[] {
  if (!isObject(value)) return [`${path}: no message`];
  const problems: string[] = [];
  for (const [name, given] of Object.entries(value)) {
    const field = type.fields[name];
    const place = `${path}.${name}`;
    if (field === undefined) problems.push(`${place}: no field of ${type.fullName}`);
    else problems.push(...fieldProblems(given, field, lookup, place));
  }
  for (const field of Object.values(type.fields))
    if (isRequired(field) && value[field.name] === undefined)
      problems.push(`${path}.${field.name}: is missing`);
  for (const { name, oneof, options } of type.oneofsArray) {
    const given = oneof.filter((one) => value[one] !== undefined);
    if (given.length > 1) problems.push(`${path}: both ${given.join(" and ")}`);
    if (given.length === 0 && options?.["(validate.required)"] === true)
      problems.push(`${path}: nothing of ${name}`);
  }
  return problems;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What may not be left out: said in words, or because the empty value breaks a rule. Of a oneof another may stand there. */
function isRequired({ options, repeated, resolvedType, partOf }: ProtoField): boolean {
  if (partOf !== null) return false;
  const rules = rulesOf(options);
  if (["message", "any", "duration"].some((kind) => rules.get(`${kind}.required`) === true))
    return true;
  if (repeated) return Number(rules.get("repeated.min_items") ?? 0) > 0;
  if (rules.get("string.ignore_empty") === true || isMessage(resolvedType)) return false;
  if (rules.has("enum.not_in")) return [rules.get("enum.not_in")].flat().includes(0);
  return ["min_len", "min_bytes"].some((kind) => Number(rules.get(`string.${kind}`) ?? 0) > 0);
}

function fieldProblems(
  given: unknown,
  field: ProtoField,
  lookup: Lookup,
  path: string,
): readonly string[] {
  const { options, repeated, map, resolvedType } = field;
  const problems = hiddenProblems(options, path);
  const broken = (value: unknown, isItem: boolean, place: string) => {
    const isEnum = resolvedType !== null && !isMessage(resolvedType) && !Array.isArray(value);
    const held = isEnum ? resolvedType.values[String(value)] : value;
    return brokenRules(options, held, isItem).map((rule) => `${place}: breaks ${rule}`);
  };
  if (map) {
    if (!isObject(given)) return [`${path}: no map`];
    const each = Object.entries(given);
    return [
      ...problems,
      ...each.flatMap(([key, value]) => valueProblems(value, field, lookup, `${path}.${key}`)),
    ];
  }
  if (!repeated)
    return [
      ...problems,
      ...valueProblems(given, field, lookup, path),
      ...broken(given, false, path),
    ];
  if (!Array.isArray(given)) return [`${path}: no list`];
  const each = given.flatMap((one: unknown, at) => {
    const place = `${path}[${at}]`;
    return [...valueProblems(one, field, lookup, place), ...broken(one, true, place)];
  });
  return [...problems, ...each, ...broken(given, false, path)];
}

function hiddenProblems(options: ProtoOptions, path: string): readonly string[] {
  const marks = ["deprecated", "(envoy.annotations.disallowed_by_default)"];
  const marked = marks.some((mark) => options?.[mark] === true);
  return [
    ...(marked ? [`${path}: deprecated`] : []),
    ...(options?.["(udpa.annotations.field_status).work_in_progress"] === true
      ? [`${path}: work in progress`]
      : []),
  ];
}

function valueProblems(
  value: unknown,
  { type, resolvedType }: ProtoField,
  lookup: Lookup,
  path: string,
): readonly string[] {
  if (!isMessage(resolvedType))
    return resolvedType === null
      ? scalarProblems(value, type, path)
      : enumProblems(value, resolvedType, path);
  const name = resolvedType.fullName.slice(1);
  const wrapped = WRAPPED[name];
  if (wrapped !== undefined) return scalarProblems(value, wrapped, path);
  if (name === DURATION)
    return typeof value === "string" && /^\d+(?:\.\d{1,9})?s$/.test(value)
      ? []
      : [`${path}: no duration`];
  if (name === ANY) return anyProblems(value, lookup, path);
  return messageProblems(value, resolvedType, lookup, path);
}

function anyProblems(value: unknown, lookup: Lookup, path: string): readonly string[] {
  if (!isObject(value)) return [`${path}: no message`];
  const { "@type": url, ...rest } = value;
  if (typeof url !== "string" || !url.startsWith(PREFIX)) return [`${path}: no @type`];
  let type: ProtoType;
  try {
    type = lookup(url.slice(PREFIX.length));
  } catch {
    return [`${path}: an unknown type ${url}`];
  }
  return messageProblems(rest, type, lookup, path);
}

function enumProblems(value: unknown, type: ProtoEnum, path: string): readonly string[] {
  if (typeof value !== "string" || type.values[value] === undefined)
    return [`${path}: ${JSON.stringify(value)} is none of ${type.name}`];
  return hiddenProblems(type.valuesOptions?.[value], path);
}

const INTEGERS: Readonly<Record<string, readonly [number, number]>> = {
  uint32: [0, 2 ** 32 - 1],
  uint64: [0, Number.MAX_SAFE_INTEGER],
  int32: [-(2 ** 31), 2 ** 31 - 1],
  int64: [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
};

function scalarProblems(value: unknown, type: string, path: string): readonly string[] {
  const bounds = INTEGERS[type];
  const isGood =
    bounds !== undefined
      ? Number.isInteger(value) && Number(value) >= bounds[0] && Number(value) <= bounds[1]
      : type === "bool"
        ? typeof value === "boolean"
        : type === "string"
          ? typeof value === "string"
          : (type === "double" || type === "float") && typeof value === "number";
  return isGood ? [] : [`${path}: ${JSON.stringify(value)} is no ${type}`];
}
