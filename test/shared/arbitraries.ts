import * as fc from "fast-check";
import type { Entry, Mapping } from "../../shared/mapping.ts";
import { everyForm } from "./written-mapping.ts";

/** A label of a hostname, in any case. */
export const label = fc.stringMatching(/^[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,10}[a-zA-Z0-9])?$/);
/** Hostnames as they come, and as they nearly are. */
export const nearName = fc
  .tuple(
    fc.array(fc.oneof(label, fc.string({ maxLength: 4 })), { maxLength: 5 }),
    fc.constantFrom("", "."),
  )
  .map(([labels, dot]) => labels.join(".") + dot);
/** The same, with ports as they nearly are. */
export const nearAuthority = fc
  .tuple(
    nearName,
    fc.oneof(
      fc.constant(""),
      fc.integer({ min: -1, max: 70_000 }).map((port) => `:${port}`),
    ),
  )
  .map((parts) => parts.join(""));
/** Text of any kind, much of it near to what some parser takes. */
export const text = fc.oneof(
  fc.string({ unit: "binary" }),
  nearName,
  nearAuthority,
  nearName.map((name) => `*.${name}`),
  nearAuthority.map((authority) => `https://${authority}`),
  fc.stringMatching(/^(?:sha256:)?[0-9a-fA-F:]{0,70}$/),
);

const places = placesOf(everyForm, []);
/** What JSON.parse can give. */
export const json = fc.jsonValue({ maxDepth: 3 });
const key = fc.oneof(
  text,
  fc.constantFrom("__proto__", "constructor", "prototype", "toString", "issuer"),
);
/** The mapping of every form with some values replaced, removed or added, somewhere. */
export const mutated = fc
  .array(
    fc.tuple(
      fc.constantFrom(...places),
      fc.oneof(json, text, fc.constant(undefined)),
      fc.option(key),
    ),
    {
      minLength: 1,
      maxLength: 4,
    },
  )
  .map((changes) => {
    const document = structuredClone(everyForm) as unknown;
    for (const [path, value, added] of changes)
      change(document, added === null ? path : [...path, added], value);
    return document;
  });

function placesOf(value: unknown, path: readonly string[]): readonly (readonly string[])[] {
  const inside =
    typeof value === "object" && value !== null
      ? Object.entries(value).flatMap(([step, part]) => placesOf(part, [...path, step]))
      : [];
  return path.length === 0 ? inside : [path, ...inside];
}

function change(document: unknown, path: readonly string[], value: unknown): void {
  const last = path.at(-1);
  const parent = path
    .slice(0, -1)
    .reduce<unknown>(
      (part, step) => (part as Record<string, unknown> | null | undefined)?.[step],
      document,
    );
  if (last === undefined || typeof parent !== "object" || parent === null) return;
  if (Array.isArray(parent)) {
    parent.splice(Number(last) || 0, 1, ...(value === undefined ? [] : [value]));
  } else if (value === undefined) {
    Reflect.deleteProperty(parent, last);
  } else {
    // An assignment to __proto__ would make no key.
    const property = { value, enumerable: true, configurable: true, writable: true };
    Object.defineProperty(parent, last, property);
  }
}

/** A mapping as it would be written. */
export function write({ version, issuers, entries }: Mapping): unknown {
  return {
    version,
    issuers: Object.fromEntries(
      [...issuers.values()].map(({ name, certificates, crl, shared }) => [
        name,
        { certificates, shared, ...(crl === null ? {} : { crl }) },
      ]),
    ),
    hosts: Object.fromEntries(entries.map((one) => [one.hostname, writeEntry(one)])),
  };
}

function writeEntry({
  origins,
  present,
  accept: { names, alone, also, ...accept },
  health,
}: Entry): unknown {
  return {
    origin: origins.length === 1 ? origins[0].url : origins.map(({ url }) => url),
    present: writePresent(present),
    accept: {
      ...accept,
      ...(names.length === 0 ? {} : { names }),
      ...(alone ? { alone } : {}),
      ...writeAlso(also),
    },
    ...(health === null ? {} : { health }),
  };
}

function writePresent(present: Entry["present"]): object {
  if (present.by === "edge") return present;
  const { header, ...others } = present;
  return { ...others, ...(header === null ? {} : { header: { env: header } }) };
}

function writeAlso({ addresses, header, access }: Entry["accept"]["also"]): object {
  const also = {
    ...(addresses === null ? {} : { addresses }),
    ...(header === null ? {} : { header: header.map((env) => ({ env })) }),
    ...(access === null ? {} : { access }),
  };
  return Object.keys(also).length === 0 ? {} : { also };
}
