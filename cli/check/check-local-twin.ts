import type { Mapping } from "../../shared/mapping.ts";
import { STAND_IN_TEXT } from "../stand-in.ts";
import { layoutIn, LOCAL_FOLDER } from "../local-world/layout.ts";
import type { Finding } from "../manners/finding.ts";
import { entriesByBinding, type WorkerEntry } from "../worker-entries.ts";
import type { ServiceBinding, WranglerConfiguration } from "../wrangler/wrangler-configuration.ts";

/**
 * The local twin presents what wrangler.toml presents: the same code under the same flags, each binding of the mapping
 * by the local stand-in, with its own certificate and to its own origin hostname.
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
      const options = writtenOptions(optionsOf(entries[0]));
      add(
        "services",
        `${binding} is not declared here, so it would present nothing in the local world`,
        `add to ${file}: [[services]] binding = "${binding}" service = "local-mtls" dev = { plugin = ${STAND_IN_TEXT}, options = ${options} }`,
      );
    }
  }
  for (const { path, binding, localOptions } of services) {
    if (localOptions === null || [...byBinding.keys()].some((name) => name === binding)) continue;
    const next = `remove it, or name it in the mapping`;
    add(`${path}.binding`, `${binding} is presented by no entry of the mapping`, next);
  }
  return deployed === null ? findings : [...findings, ...differences(twin, deployed)];
}

function optionFindings(
  { path, binding, localOptions }: ServiceBinding,
  [entry, ...others]: readonly [WorkerEntry, ...WorkerEntry[]],
  file: string,
): readonly Finding[] {
  const other = others.find(({ origin }) => origin.hostname !== entry.origin.hostname);
  if (other !== undefined) {
    return [
      {
        file,
        path: `${path}.dev.options.host`,
        message: `${binding} goes to ${entry.origin.hostname} and to ${other.origin.hostname}, and the local stand-in dials one name a binding`,
        next: "give each a binding of its own in the mapping; two bindings may name one certificate id",
      },
    ];
  }
  if (localOptions === null) {
    return [
      {
        file,
        path: `${path}.dev`,
        message: `${binding} has no plugin: it would call a Worker of that name, and present nothing`,
        next: `add dev = { plugin = ${STAND_IN_TEXT}, options = ${writtenOptions(optionsOf(entry))} }`,
      },
    ];
  }
  return Object.entries(optionsOf(entry)).flatMap(([key, expected]) => {
    const actual = localOptions[key];
    // Any address is as good as another; what matters is that there is one.
    const fine = key === "address" ? typeof actual === "string" : actual === expected;
    if (fine) return [];
    const found = typeof actual === "string" ? `is "${actual}"` : "is missing";
    return [
      {
        file,
        path: `${path}.dev.options.${key}`,
        message: `${found}, but the mapping makes it "${expected}"`,
        next: `write ${key} = "${expected}"`,
      },
    ];
  });
}

/** What the local stand-in of an entry's binding is told: paths are relative to the twin. */
export function optionsOf({ present, origin }: WorkerEntry): Readonly<Record<string, string>> {
  const layout = layoutIn(LOCAL_FOLDER);
  return {
    host: origin.hostname,
    address: "127.0.0.1:8443",
    ...layout.pullCertificate(present.binding),
    trust: layout.originIssuer.certificate,
  };
}

function writtenOptions(options: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(options).map(([key, value]) => `${key} = "${value}"`);
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
