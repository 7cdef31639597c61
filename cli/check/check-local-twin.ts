import { isDeepStrictEqual } from "node:util";
import type { Mapping } from "../../shared/mapping.ts";
import { STAND_IN_TEXT } from "../stand-in.ts";
import { layoutIn, LOCAL_FOLDER } from "../local-world/layout.ts";
import type { Finding } from "../manners/finding.ts";
import { entriesByBinding, type WorkerEntry } from "../worker-entries.ts";
import type { ServiceBinding, WranglerConfiguration } from "../wrangler/wrangler-configuration.ts";

/** A binding's options in the local twin. */
export type LocalOptions = Readonly<Record<string, string | readonly string[]>>;

/**
 * The local twin presents what wrangler.toml presents: the same code under the same flags, each binding of the mapping
 * by the local stand-in, with its own certificate and to its own origin hostnames.
 */
export function checkLocalTwin(
  mapping: Mapping,
  twin: WranglerConfiguration,
  deployed: WranglerConfiguration | null,
): readonly Finding[] {
  const [{ services, certificates, hasRoutes }] = twin.environments;
  const { file } = twin;
  const byBinding = entriesByBinding(mapping);
  const findings: Finding[] = [];
  const add = (path: string, message: string, next: string): number =>
    findings.push({ file, path, message, next });

  if (hasRoutes) {
    // wrangler dev rewrites every Host to the first route: one hostname would stand for all.
    add("routes", "wrangler dev takes every Host for the first route", "remove routes here");
  }
  for (const { path, binding } of certificates) {
    const next = `make it one of [[services]] with dev = { plugin, options }`;
    add(path, `${binding} presents nothing here: wrangler dev has no mTLS certificates`, next);
  }
  for (const [binding, entries] of byBinding) {
    const service = services.find((candidate) => candidate.binding === binding);
    if (service !== undefined) findings.push(...optionFindings(service, entries, file));
    else {
      const options = writtenOptions(optionsOf(entries));
      add(
        "services",
        `${binding} is not declared here, so it would present nothing in the local world`,
        `add to ${file}: [[services]] binding = "${binding}" service = "local-mtls" dev = { plugin = ${STAND_IN_TEXT}, options = ${options} }`,
      );
    }
  }
  findings.push(...checkLeftOverServices(mapping, twin));
  return deployed === null ? findings : [...findings, ...differences(twin, deployed)];
}

/** Local stand-ins of a binding that no entry of the mapping has. */
export function checkLeftOverServices(
  mapping: Mapping,
  { file, environments: [{ services }] }: WranglerConfiguration,
): readonly Finding[] {
  const known: ReadonlyMap<string, unknown> = entriesByBinding(mapping);
  return services.flatMap(({ path, binding, localOptions }) =>
    localOptions === null || known.has(binding)
      ? []
      : [
          {
            file,
            path: `${path}.binding`,
            message: `${binding} is presented by no entry of the mapping`,
            next: "remove it, or name it in the mapping",
          },
        ],
  );
}

function optionFindings(
  { path, binding, localOptions }: ServiceBinding,
  entries: Entries,
  file: string,
): readonly Finding[] {
  if (localOptions === null) {
    return [
      {
        file,
        path: `${path}.dev`,
        message: `${binding} has no plugin: it would call a Worker of that name, and present nothing`,
        next: `add dev = { plugin = ${STAND_IN_TEXT}, options = ${writtenOptions(optionsOf(entries))} }`,
      },
    ];
  }
  return Object.entries(optionsOf(entries)).flatMap(([key, expected]) => {
    const actual = localOptions[key];
    // Any address is as good as another; what matters is that there is one.
    const fine = key === "address" ? isAddress(actual) : isDeepStrictEqual(actual, expected);
    if (fine) return [];
    const found = actual === undefined ? "is missing" : `is ${JSON.stringify(actual)}`;
    const meant = JSON.stringify(expected);
    return [
      {
        file,
        path: `${path}.dev.options.${key}`,
        message: `${found}, but the mapping makes it ${meant}`,
        next: `write ${key} = ${meant}`,
      },
    ];
  });
}

/** One for all of the origins, or one for each. */
function isAddress(actual: unknown): boolean {
  return typeof actual === "string" || Array.isArray(actual);
}

type Entries = readonly [WorkerEntry, ...WorkerEntry[]];

/** What the local stand-in of a binding is told, by the entries that it presents for: paths are relative to the twin. */
export function optionsOf(entries: Entries): LocalOptions {
  const layout = layoutIn(LOCAL_FOLDER);
  const all = entries.flatMap(({ origins }) => origins.map(({ hostname }) => hostname));
  const [host, ...others] = new Set(all);
  return {
    host: others.length === 0 ? (host ?? "") : [host ?? "", ...others],
    address: "127.0.0.1:8443",
    ...layout.pullCertificate(entries[0].present.binding),
    trust: layout.originIssuer.certificate,
  };
}

/** As TOML writes them, in a line: its texts are JSON's. */
function writtenOptions(options: LocalOptions): string {
  const pairs = Object.entries(options).map(([key, value]) => `${key} = ${JSON.stringify(value)}`);
  return `{ ${pairs.join(", ")} }`;
}

/** A twin that runs other code, or under another date or other flags, proves nothing about what is deployed. */
function differences(
  twin: WranglerConfiguration,
  deployed: WranglerConfiguration,
): readonly Finding[] {
  const ours = runtimeOf(twin);
  return Object.entries(runtimeOf(deployed)).flatMap(([key, value]) => {
    if (ours[key] === value) return [];
    return [
      {
        file: twin.file,
        path: key,
        message: `is ${ours[key]} here and ${value} in ${deployed.file}`,
        next: `write ${key} = ${value} in ${twin.file}`,
      },
    ];
  });
}

function runtimeOf({ main, environments }: WranglerConfiguration): Record<string, string> {
  const [{ compatibilityDate, compatibilityFlags }] = environments;
  return {
    main: JSON.stringify(main),
    compatibility_date: JSON.stringify(compatibilityDate),
    compatibility_flags: JSON.stringify(compatibilityFlags.toSorted()),
  };
}
