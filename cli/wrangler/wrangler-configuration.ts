import { parsed, pathTo, type Parsed } from "../../shared/problem.ts";
import { readText, type ReadText } from "../manners/read-text.ts";
import { languageOf, readDocument, toTable, toTables, type Table } from "./read-document.ts";

/** What `check` reads of wrangler's configuration: wrangler itself judges the rest. */
export interface WranglerConfiguration {
  /** As it was named on the command line. */
  readonly file: string;
  readonly main: string | null;
  /** The top level first, then every `[env.*]`. */
  readonly environments: readonly [Environment, ...Environment[]];
}

/** The top level of a configuration, or one `[env.*]` of it with what it inherits. */
export interface Environment {
  /** Where it stands in the file: "" or `env.staging`. */
  readonly path: string;
  /** The name under `[env]`, as `--env` takes it; "" for the top level. */
  readonly name: string;
  /** Under which the Worker is deployed: its own `name`, else the top level's with `-ENV`; "" where there is none. */
  readonly script: string;
  /** `YYYY-MM-DD`; "" where there is none. Inherited. */
  readonly compatibilityDate: string;
  /** Inherited, and replaced as a whole by an environment that names its own. */
  readonly compatibilityFlags: readonly string[];
  /** Not inherited. */
  readonly certificates: readonly CertificateBinding[];
  /** Not inherited. */
  readonly services: readonly ServiceBinding[];
  /** The names of `[vars]`. Not inherited. */
  readonly vars: readonly string[];
  /** Whether `route` or `routes` is there. */
  readonly hasRoutes: boolean;
  /** What they say. Inherited, and replaced as a whole by an environment that names its own. */
  readonly routes: readonly ConfiguredRoute[];
}

/** One of `routes`. */
export interface ConfiguredRoute {
  /** `shop.example.com/*`; of a custom domain its hostname. */
  readonly pattern: string;
  /** The zone, where the configuration names it; by id, or by its name. */
  readonly zone: { readonly id: string } | { readonly name: string } | null;
  readonly isCustomDomain: boolean;
}

/** One of `[[mtls_certificates]]`. */
export interface CertificateBinding {
  readonly path: string;
  readonly binding: string;
  readonly certificateId: string;
}

/** One of `[[services]]`. */
export interface ServiceBinding {
  readonly path: string;
  readonly binding: string;
  /** `dev.options`: what the local stand-in is told. Null where there is no `dev.plugin`. */
  readonly localOptions: Readonly<Record<string, unknown>> | null;
}

/** Reads a configuration of wrangler's: TOML, or JSON with comments. */
export function readWranglerConfiguration(
  file: string,
  read: ReadText = readText,
): Parsed<WranglerConfiguration> {
  const text = read(file);
  return text.ok ? parseWranglerConfiguration(file, text.value) : text;
}

/** The same, of a text that is (or would be) in that file: its ending says which language it is. */
export function parseWranglerConfiguration(
  file: string,
  text: string,
): Parsed<WranglerConfiguration> {
  const document = readDocument(languageOf(file), text);
  if (!document.ok) return document;
  const top = document.value;
  return parsed({
    file,
    main: typeof top["main"] === "string" ? top["main"] : null,
    environments: [
      toEnvironment("", "", top, top),
      ...Object.entries(toTable(top["env"])).map(([name, part]) =>
        toEnvironment(pathTo("env", name), name, toTable(part), top),
      ),
    ],
  });
}

function toEnvironment(path: string, name: string, own: Table, top: Table): Environment {
  const script = toText(top["name"]);
  const at = (key: string): string => (path === "" ? key : `${path}.${key}`);
  const inherited = (key: string): unknown => own[key] ?? top[key];
  const flags = inherited("compatibility_flags");
  return {
    path,
    name,
    script: toText(own["name"]) || (name === "" || script === "" ? script : `${script}-${name}`),
    compatibilityDate: toText(inherited("compatibility_date")),
    compatibilityFlags: Array.isArray(flags) ? flags.map(String) : [],
    certificates: toTables(own["mtls_certificates"]).map((part, index) => ({
      path: pathTo(at("mtls_certificates"), index),
      binding: toText(part["binding"]),
      certificateId: toText(part["certificate_id"]),
    })),
    services: toTables(own["services"]).map((part, index) => ({
      path: pathTo(at("services"), index),
      binding: toText(part["binding"]),
      localOptions: toLocalOptions(part["dev"]),
    })),
    vars: Object.keys(toTable(own["vars"])),
    hasRoutes: inherited("route") !== undefined || inherited("routes") !== undefined,
    // One or the other: wrangler refuses both, and an environment with either inherits none.
    routes: routesOf(own["route"] === undefined && own["routes"] === undefined ? top : own),
  };
}

function routesOf({ route, routes }: Table): readonly ConfiguredRoute[] {
  const all: readonly unknown[] = Array.isArray(routes) ? routes : [];
  return [...(route === undefined ? [] : [route]), ...all].flatMap((raw) => {
    if (typeof raw === "string") return [{ pattern: raw, zone: null, isCustomDomain: false }];
    const { pattern, zone_id: id, zone_name: name, custom_domain: custom } = toTable(raw);
    if (typeof pattern !== "string") return [];
    const zone = typeof id === "string" ? { id } : typeof name === "string" ? { name } : null;
    return [{ pattern, zone, isCustomDomain: custom === true }];
  });
}

function toLocalOptions(dev: unknown): Table | null {
  const { plugin, options } = toTable(dev);
  return plugin === undefined ? null : toTable(options);
}

function toText(raw: unknown): string {
  return typeof raw === "string" ? raw : "";
}
