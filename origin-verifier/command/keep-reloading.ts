import { createReloader, type Reloader } from "../watch/create-reloader.ts";
import { digestsOf } from "../watch/digests-of.ts";
import { watchFiles, type Watching } from "../watch/watch-files.ts";
import type { FileDigests } from "../trust/read-file.ts";
import { reloadFiles, type ReloadOptions } from "./reload-files.ts";
import type { RunOptions } from "./run-options.ts";

/** What keeps a running verifier as its files say. */
export interface KeepReloadingOptions extends ReloadOptions {
  readonly run: Pick<RunOptions, "watch" | "pollSeconds">;
  /** The files beside those of the trust, as they were before they were read. */
  readonly beside: FileDigests;
  /** Told of how the files are watched. */
  readonly watching: (how: Watching) => void;
}

/** Reloads when it is asked for and, with a watch, when a file has changed. */
export function keepReloading(options: KeepReloadingOptions): Pick<Reloader, "asked" | "close"> {
  const { verifier, run, beside, watching } = options;
  const { pollSeconds } = run;
  const files = new Map([...beside, ...verifier.files()]);
  const watch = run.watch
    ? watchFiles({ pollSeconds, changed: () => reloader.changed(), watching })
    : null;
  const reloader = createReloader({
    files,
    digestsOf,
    reload: (tellFailure) => reloadFiles(options, tellFailure),
    follow: (paths) => watch?.follow(paths),
  });
  watch?.follow(new Set(files.keys()));
  return {
    asked: reloader.asked,
    close: () => {
      watch?.close();
      reloader.close();
    },
  };
}
