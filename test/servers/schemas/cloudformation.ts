import { requireTool } from "./tools.ts";

/*
 * As much of @aws-cdk/aws-service-spec as is used: CloudFormation's own registry of resource types.
 */

interface Property {
  readonly type: PropertyType;
  readonly required?: boolean;
}

type PropertyType =
  | { readonly type: "array" | "map"; readonly element: PropertyType }
  | { readonly type: "ref"; readonly reference: { readonly $ref: string } }
  | { readonly type: "string" | "integer" | "number" | "boolean" | "json" | "tag" };

interface Shape {
  readonly properties: Readonly<Record<string, Property>>;
}

interface Registry {
  lookup(entity: string, field: string, how: string, value: string): { only(): Shape };
  get(entity: string, id: string): Shape;
}

/** Every problem of a template: types, properties, what is required, and names that it refers to. */
export type TemplateProblems = (template: unknown) => readonly string[];

type Fields = Readonly<Record<string, unknown>>;

/** Opens the registry. */
export function readTemplateTypes(): TemplateProblems {
  const spec = requireTool("@aws-cdk/aws-service-spec") as {
    loadAwsServiceSpecSync: () => Registry;
  };
  const registry = spec.loadAwsServiceSpecSync();
  return (template) => {
    const { Parameters: parameters, Resources: resources } = template as {
      readonly Parameters: Fields;
      readonly Resources: Readonly<Record<string, { Type: string; Properties: Fields }>>;
    };
    const names = new Set([...Object.keys(parameters), ...Object.keys(resources)]);
    return Object.entries(resources).flatMap(([name, { Type: type, Properties: given }]) => {
      let shape: Shape;
      try {
        shape = registry.lookup("resource", "cloudFormationType", "equals", type).only();
      } catch {
        return [`${name}: no type ${type}`];
      }
      return shapeProblems(given, shape, { registry, names, path: name });
    });
  };
}

interface Place {
  readonly registry: Registry;
  readonly names: ReadonlySet<string>;
  readonly path: string;
}

function shapeProblems(given: unknown, { properties }: Shape, place: Place): readonly string[] {
  const { path } = place;
  if (typeof given !== "object" || given === null) return [`${path}: no object`];
  const missing = Object.entries(properties)
    .filter(([name, { required }]) => required === true && !(name in given))
    .map(([name]) => `${path}.${name}: is missing`);
  const each = Object.entries(given).flatMap(([name, value]) => {
    const property = properties[name];
    const there = { ...place, path: `${path}.${name}` };
    return property === undefined
      ? [`${there.path}: no such property`]
      : valueProblems(value, property.type, there);
  });
  return [...missing, ...each];
}

function valueProblems(value: unknown, type: PropertyType, place: Place): readonly string[] {
  const { path, names, registry } = place;
  const referred = (value as { readonly Ref?: string } | null)?.Ref;
  if (referred !== undefined) return names.has(referred) ? [] : [`${path}: no ${referred}`];
  switch (type.type) {
    case "array":
      return Array.isArray(value)
        ? value.flatMap((one, at) =>
            valueProblems(one, type.element, { ...place, path: `${path}[${at}]` }),
          )
        : [`${path}: no list`];
    case "ref":
      return shapeProblems(value, registry.get("typeDefinition", type.reference.$ref), place);
    case "integer":
      return Number.isInteger(value) ? [] : [`${path}: no whole number`];
    case "string":
    case "number":
    case "boolean":
      return typeof value === type.type ? [] : [`${path}: no ${type.type}`];
    case "map":
    case "json":
    case "tag":
      return [`${path}: ${type.type} is not known here`];
  }
}
