import { existsSync, realpathSync } from "node:fs";
import { dirname, join, relative } from "node:path";

/**
 * Where this pullproof's own files are, seen from a folder: in its node_modules where it is installed there.
 *
 * The Worker's modules are not exported by the package: its entry names them by their path.
 */
export function packageFrom(folder: string): { readonly path: string; readonly built: boolean } {
  const here = join(import.meta.dirname, "../..");
  // Built, cli/init stands in dist/, and the Worker beside it as JavaScript.
  const built = !existsSync(join(here, "worker/gateway.ts"));
  const root = built ? dirname(here) : here;
  const installed = join(folder, "node_modules/pullproof");
  const isInstalled = existsSync(installed) && realpathSync(installed) === realpathSync(root);
  const path = isInstalled
    ? "node_modules/pullproof"
    : relative(realpathSync(folder), realpathSync(root));
  return { path: path.startsWith(".") || path === "" ? path : `./${path}`, built };
}

/**
 * The Worker's entry for a folder that has none: the mapping from the folder, everything else from the package.
 *
 * @param entry its own place, from which the others are named.
 */
export function workerEntry(
  entry: string,
  { path, built }: { readonly path: string; readonly built: boolean },
): string {
  const from = (file: string): string => {
    const found = relative(dirname(entry), file);
    return JSON.stringify(found.startsWith(".") ? found : `./${found}`);
  };
  const module = (name: string): string =>
    from(join(path, built ? `dist/worker/${name}.js` : `worker/${name}.ts`));
  return `import mapping from ${from("mapping.json")};
import { createGateway } from ${module("gateway")};
import { loadMapping } from ${module("load-mapping")};
import { createPull } from ${module("pull-entrypoint")};

// Read once, at start-up: a mapping that does not parse is never deployed.
const loaded = loadMapping("mapping.json", mapping);

/** The pulling side, reached through ctx.exports alone. */
export const Pull = createPull(loaded);

/** The visitor's side: hostname, entry, cache, and then a pull or nothing. */
export default createGateway(loaded);
`;
}

/** What a folder needs beside it for `wrangler dev`: wrangler itself, and the local stand-in for mtls_certificates. */
export function manifest(
  name: string,
  wrangler: string,
  { path }: { readonly path: string },
): string {
  const document = {
    name,
    private: true,
    type: "module",
    devDependencies: {
      "pullproof-local-mtls": `file:${path}/cli/local-mtls`,
      wrangler,
    },
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}
