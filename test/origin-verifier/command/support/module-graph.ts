import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { relative, sep } from "node:path";

const ROOT = fileURLToPath(new URL("../../../..", import.meta.url));

/**
 * Node options that have a process write down every module that it loads, by `import` and by `require`, at its start and
 * later: into a file, one URL a line. What workers load stands in a file of its own, with `.worker` after its name.
 */
export function recordModules(file: string): readonly string[] {
  const recorder = `
    import { appendFileSync } from "node:fs";
    import { registerHooks } from "node:module";
    const worker = "PULLPROOF_WORKER_OF" in process.env;
    registerHooks({
      load(url, context, next) {
        appendFileSync(${JSON.stringify(file)} + (worker ? ".worker" : ""), url + "\\n");
        return next(url, context);
      },
    });`;
  return ["--import", `data:text/javascript,${encodeURIComponent(recorder)}`];
}

/** What a process has loaded. */
export interface ModuleGraph {
  /** The folders of this repository, `origin-verifier`, `shared`, ...; a file at its top is named itself. */
  readonly folders: ReadonlySet<string>;
  /** Names of packages. */
  readonly packages: ReadonlySet<string>;
  /** Node's own modules, without `node:`. */
  readonly builtins: ReadonlySet<string>;
}

/** Reads what {@link recordModules} had written down. */
export async function readModuleGraph(file: string): Promise<ModuleGraph> {
  const graph = {
    folders: new Set<string>(),
    packages: new Set<string>(),
    builtins: new Set<string>(),
  };
  for (const url of (await readFile(file, "utf8")).trim().split("\n")) {
    if (url.startsWith("node:")) graph.builtins.add(url.slice("node:".length));
    if (!url.startsWith("file:")) continue;
    const path = relative(ROOT, fileURLToPath(url)).split(sep);
    const at = path.lastIndexOf("node_modules");
    const [first = "", second = ""] = path.slice(at + 1);
    if (at === -1) graph.folders.add(first);
    else graph.packages.add(first.startsWith("@") ? `${first}/${second}` : first);
  }
  return graph;
}
