import { lstat, readlink } from "node:fs/promises";
import { join, parse, resolve } from "node:path";

/** In each folder the names whose change can change what a path leads to. */
export type TracedNames = ReadonlyMap<string, ReadonlySet<string>>;

/** As many as Linux follows (path_resolution(7)); a longer way is a circle. */
const MOST_LINKS = 40;

/**
 * Follows paths to what they lead to: each symbolic link on the way can be swapped (Kubernetes renames `..data`, a
 * deployment `current`), and so can the file at its end. Where the way breaks off, the deepest folder that is there: in it
 * the rest comes back.
 */
export async function tracePaths(paths: Iterable<string>): Promise<TracedNames> {
  const names = new Map<string, Set<string>>();
  const add = (folder: string, name: string): void => {
    const known = names.get(folder);
    if (known === undefined) names.set(folder, new Set([name]));
    else known.add(name);
  };
  await Promise.all([...paths].map((path) => trace(resolve(path), add, MOST_LINKS)));
  return names;
}

async function trace(
  path: string,
  add: (folder: string, name: string) => void,
  links: number,
): Promise<void> {
  const { root } = parse(path);
  const steps = path.slice(root.length).split("/");
  let folder = root;
  for (const [at, name] of steps.entries()) {
    const here = join(folder, name);
    const found = await whatIsAt(here);
    const rest = steps.slice(at + 1);
    if (typeof found !== "string") {
      add(folder, name);
      if (links > 0) await trace(resolve(folder, found.link, ...rest), add, links - 1);
      return;
    }
    if (found === "nothing" || rest.length === 0) {
      add(folder, name);
      return;
    }
    folder = here;
  }
}

/** A link to elsewhere; or something else, a folder or the file itself; or nothing. */
async function whatIsAt(
  path: string,
): Promise<"something" | "nothing" | { readonly link: string }> {
  try {
    const found = await lstat(path);
    return found.isSymbolicLink() ? { link: await readlink(path) } : "something";
  } catch {
    return "nothing";
  }
}
