import { readFileSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";

/** A JSON Schema, of the keywords that ours uses; any other keyword is an error, not a pass. */
export type JsonSchema = Readonly<Record<string, unknown>>;

type Check = (operand: never, value: unknown, schema: JsonSchema) => boolean;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const TYPES: Readonly<Record<string, (value: unknown) => boolean>> = {
  object: isObject,
  array: Array.isArray,
  string: (value) => typeof value === "string",
  number: (value) => typeof value === "number",
  boolean: (value) => typeof value === "boolean",
};
const always: Check = () => true;
const keysOf = (value: unknown): readonly string[] => (isObject(value) ? Object.keys(value) : []);

const KEYWORDS: Readonly<Record<string, Check>> = {
  $schema: always,
  title: always,
  description: always,
  format: always,
  type: (type: string, value) => TYPES[type]?.(value) ?? false,
  const: (expected: unknown, value) => isDeepStrictEqual(expected, value),
  enum: (values: readonly unknown[], value) => values.includes(value),
  anyOf: (schemas: readonly JsonSchema[], value) => schemas.some((one) => isValid(one, value)),
  oneOf: (schemas: readonly JsonSchema[], value) =>
    schemas.filter((one) => isValid(one, value)).length === 1,
  required: (keys: readonly string[], value) =>
    !isObject(value) || keys.every((key) => Object.hasOwn(value, key)),
  properties: (schemas: Readonly<Record<string, JsonSchema>>, value) =>
    Object.entries(schemas).every(
      ([key, one]) => !isObject(value) || !Object.hasOwn(value, key) || isValid(one, value[key]),
    ),
  propertyNames: (one: JsonSchema, value) => keysOf(value).every((key) => isValid(one, key)),
  additionalProperties: (one: JsonSchema | false, value, { properties = {} }) =>
    keysOf(value)
      .filter((key) => !Object.hasOwn(properties as object, key))
      .every((key) => one !== false && isValid(one, (value as Record<string, unknown>)[key])),
  items: (one: JsonSchema, value) =>
    !Array.isArray(value) || value.every((item) => isValid(one, item)),
  minItems: (least: number, value) => !Array.isArray(value) || value.length >= least,
  maxItems: (most: number, value) => !Array.isArray(value) || value.length <= most,
  minLength: (least: number, value) => typeof value !== "string" || value.length >= least,
  pattern: (source: string, value) =>
    typeof value !== "string" || new RegExp(source, "u").test(value),
  minimum: (least: number, value) => typeof value !== "number" || value >= least,
  maximum: (most: number, value) => typeof value !== "number" || value <= most,
};

/** Whether a value is as a JSON Schema says, as an editor would see it. */
export function isValid(schema: JsonSchema, value: unknown): boolean {
  return Object.entries(schema).every(([keyword, operand]) => {
    const check = KEYWORDS[keyword];
    if (check === undefined)
      throw new Error(`a keyword that this validator does not know: ${keyword}`);
    return check(operand as never, value, schema);
  });
}

/** The mapping's schema, as it stands in the repository. */
export const editorsSchema = JSON.parse(
  readFileSync(new URL("../../shared/mapping.schema.json", import.meta.url), "utf8"),
) as JsonSchema;
