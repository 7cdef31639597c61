import { symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { stringify } from "smol-toml";

const ROOT = join(import.meta.dirname, "../../..");

/** The two files from which a local world is made. */
export interface Project {
  /** The mapping's file. */
  readonly mapping: string;
  /** The local twin of wrangler's configuration. */
  readonly configuration: string;
}

/** An entry for a mapping of a test's own. */
export interface ProjectEntry {
  /** Of the origin hostname: `shop` is origin-shop.example.net. */
  readonly origin: string;
  readonly binding: string;
  readonly deadlineSeconds?: number;
  /** The Worker's secret. */
  readonly header?: { readonly env: string };
  /** What is asked for beside the certificate. */
  readonly also?: object;
}

/**
 * Writes a mapping of a test's own, and the Worker that is built with it: worker/ as it is, and another mapping.json. Its
 * pulls are the entrypoint's, those of pair.test.ts the gateway's: both ways have the whole of it.
 *
 * @param declared bindings that the Worker's configuration declares; the mapping may name others.
 */
export async function writeProject(
  folder: string,
  hosts: Readonly<Record<string, ProjectEntry>>,
  declared: readonly string[],
): Promise<Project> {
  const mapping = join(folder, "mapping.json");
  const configuration = join(folder, "wrangler.toml");
  const issuers = { own: { certificates: "issuer.pem" } };
  await writeFile(mapping, JSON.stringify({ version: 1, issuers, hosts: written(hosts) }));
  await writeFile(join(folder, "index.ts"), ENTRY);
  await writeFile(configuration, stringify(configurationOf(hosts, declared)));
  // wrangler is looked for beside the configuration, and the Worker's packages beside its entry.
  await symlink(join(ROOT, "node_modules"), join(folder, "node_modules"));
  return { mapping, configuration };
}

const module = (name: string): string => JSON.stringify(join(ROOT, `worker/${name}.ts`));

const ENTRY = `import mapping from "./mapping.json";
import { createGateway } from ${module("gateway")};
import { loadMapping } from ${module("load-mapping")};
import { createPull } from ${module("pull-entrypoint")};
const loaded = loadMapping("mapping.json", mapping);
export const Pull = createPull(loaded);
export default createGateway(loaded, "entrypoint");
`;

function written(hosts: Readonly<Record<string, ProjectEntry>>): object {
  const accept = { issuer: "own", certificates: [`sha256:${"0".repeat(64)}`] };
  return Object.fromEntries(
    Object.entries(hosts).map(([hostname, { origin, also, ...present }]) => [
      hostname,
      {
        origin: `https://origin-${origin}.example.net`,
        present: { by: "worker", ...present },
        accept: { ...accept, ...(also === undefined ? {} : { also }) },
      },
    ]),
  );
}

function configurationOf(
  hosts: Readonly<Record<string, ProjectEntry>>,
  declared: readonly string[],
): object {
  const services = declared.map((binding) => {
    const entry = Object.values(hosts).find((candidate) => candidate.binding === binding);
    return {
      binding,
      service: "local-mtls",
      dev: {
        plugin: { package: "pullproof-local-mtls", name: "local-mtls" },
        options: {
          host: `origin-${entry?.origin ?? ""}.example.net`,
          address: "127.0.0.1:8443",
          certificate: `.pullproof/local/${binding}.pem`,
          key: `.pullproof/local/${binding}.key`,
          trust: ".pullproof/local/origin-issuer.pem",
        },
      },
    };
  });
  return {
    name: "pullproof",
    main: "index.ts",
    compatibility_date: "2026-10-01",
    compatibility_flags: ["enable_request_signal"],
    services,
  };
}
