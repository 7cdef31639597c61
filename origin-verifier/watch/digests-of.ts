import { readFileState, type FileDigests } from "../trust/read-file.ts";

/** The digests of files as they are now. */
export async function digestsOf(paths: Iterable<string>): Promise<FileDigests> {
  return new Map(await Promise.all([...paths].map(withDigest)));
}

async function withDigest(path: string): Promise<readonly [string, string]> {
  return [path, (await readFileState(path)).digest];
}
