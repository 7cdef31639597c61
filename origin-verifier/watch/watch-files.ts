import { tracePaths } from "./trace-path.ts";
import { watchFolders, type Unwatched } from "./watch-folders.ts";

/** How files are watched. */
export interface Watching {
  readonly files: number;
  readonly folders: number;
  /** How often all of them are looked at, whatever is told, in seconds. */
  readonly pollSeconds: number;
  /** The folders whose changes are found in no other way. */
  readonly unwatched: readonly Unwatched[];
}

/** What a watch is made with. */
export interface WatchOptions {
  readonly pollSeconds: number;
  /** The files may have changed. */
  readonly changed: () => void;
  /** Told of how files are watched: at first, and when that has changed. */
  readonly watching: (how: Watching) => void;
}

/** A watch over files. */
export interface FileWatch {
  /** Watches these and no others. */
  readonly follow: (paths: ReadonlySet<string>) => void;
  readonly close: () => void;
}

/** What comes within this time is one change: an editor's rename, a certificate and its key. */
const QUIET_MS = 100;
/** A change that goes on and on is looked at all the same. */
const AT_MOST_MS = 1_000;

/** Watches files by events, and looks at them now and then: events do not tell everything everywhere. */
export function watchFiles({ pollSeconds, changed, watching }: WatchOptions): FileWatch {
  let paths: ReadonlySet<string> = new Set();
  let told = "";
  let closed = false;
  let quiet: NodeJS.Timeout | null = null;
  let first = 0;
  // One at a time: two at once would watch a folder twice.
  let syncing: Promise<void> = Promise.resolve();

  const folders = watchFolders(() => {
    const now = performance.now();
    if (quiet === null) first = now;
    else clearTimeout(quiet);
    quiet = setTimeout(
      () => void look(),
      Math.max(0, Math.min(QUIET_MS, first + AT_MOST_MS - now)),
    );
  });
  const sync = async (): Promise<void> => {
    if (closed) return;
    const names = await tracePaths(paths);
    const unwatched = await folders.follow(names);
    if (closed) {
      folders.close();
      return;
    }
    const how = { files: paths.size, folders: names.size, pollSeconds, unwatched };
    const text = JSON.stringify(how);
    if (text === told) return;
    told = text;
    watching(how);
  };
  const queue = (): Promise<void> => (syncing = syncing.then(sync));
  // Watched anew before the files are read: what changes after that is told.
  const look = async (): Promise<void> => {
    quiet = null;
    await queue();
    if (!closed) changed();
  };
  const poll = setInterval(() => void look(), pollSeconds * 1_000);
  poll.unref();

  return {
    follow: (wanted) => {
      if (wanted.size === paths.size && [...wanted].every((path) => paths.has(path))) return;
      paths = wanted;
      // They may have changed since they were read.
      void look();
    },
    close: () => {
      closed = true;
      clearInterval(poll);
      if (quiet !== null) clearTimeout(quiet);
      folders.close();
    },
  };
}
