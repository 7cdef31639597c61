import { parsed } from "../../shared/problem.ts";
import { readAdminToken, type AdminToken } from "../admin/admin-token.ts";
import type { FileProblem } from "../events.ts";
import type { OriginVerifier } from "../origin-verifier.ts";
import { digestsOf } from "../watch/digests-of.ts";
import type { Reloaded } from "../watch/create-reloader.ts";
import type { Configuration } from "./configuration.ts";
import type { Environment } from "./read-admin.ts";
import { readConfigurationFile, type ReadConfiguration } from "./read-configuration-file.ts";
import { changedForRestart, restartWarnings } from "./restart-settings.ts";

/** What a running verifier is reloaded with. */
export interface ReloadOptions {
  readonly verifier: OriginVerifier;
  /** What it was started with. */
  readonly started: Configuration;
  /** The configuration file; null where flags said everything. */
  readonly file: string | null;
  readonly environment: Environment;
  /** Called in the moment of the swap. The token is null where no file says it: then it stays. */
  readonly adopt: (configuration: Configuration, token: AdminToken | null) => void;
}

/**
 * Reads everything again, and swaps everything at once: the configuration file, the admin token, the trust. With anything
 * wrong in any of them all of the old stays. A file's digest is taken before the file is read: what changes in between
 * is another change.
 */
export async function reloadFiles(
  { verifier, started, file, environment, adopt }: ReloadOptions,
  tellFailure: boolean,
): Promise<Reloaded> {
  const beside = new Map(await digestsOf(file === null ? [] : [file]));
  const read: ReadConfiguration =
    file === null
      ? { ok: true, configuration: started }
      : await readConfigurationFile(file, environment);
  if (!read.ok) {
    await verifier.reload({ sources: null, problems: read.problems, tellFailure });
    return { ok: false, files: beside };
  }
  const { configuration } = read;
  // A token from elsewhere than a file holds from start to end.
  const tokenFile = fileOfToken(started) === null ? null : fileOfToken(configuration);
  for (const [path, digest] of await digestsOf(tokenFile === null ? [] : [tokenFile]))
    beside.set(path, digest);
  const token = tokenFile === null ? parsed(null) : await readAdminToken(tokenFile, environment);
  const problems: readonly FileProblem[] = token.ok
    ? []
    : token.problems.map(({ path, message }) => ({ file: path, path: "", message }));

  const { ok, files } = await verifier.reload({
    sources: { mapping: configuration.mapping, origins: configuration.origins },
    problems,
    warnings: file === null ? [] : restartWarnings(file, changedForRestart(started, configuration)),
    tellFailure,
    swapped: () => adopt(configuration, token.ok ? token.value : null),
  });
  return { ok, files: new Map([...beside, ...files]) };
}

function fileOfToken({ admin }: Configuration): string | null {
  return admin?.tokenFile ?? null;
}
