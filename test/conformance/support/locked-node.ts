import { resolve } from "node:path";

/** The path of the lockfile's Node in a checkout. */
export function lockedNode(root: string): string {
  return resolve(root, `node_modules/node-${process.platform}-${process.arch}/bin/node`);
}
