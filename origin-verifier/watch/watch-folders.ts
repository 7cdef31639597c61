import { watch, type FSWatcher } from "node:fs";
import { stat, statfs } from "node:fs/promises";
import { basename } from "node:path";
import type { TracedNames } from "./trace-path.ts";

/** A folder whose changes are not told, and why. */
export interface Unwatched {
  readonly folder: string;
  readonly why: string;
}

/** Watches over names in folders. */
export interface FolderWatch {
  /** Watches these and no others. Ends with what cannot be watched. */
  readonly follow: (names: TracedNames) => Promise<readonly Unwatched[]>;
  readonly close: () => void;
}

interface Watched {
  readonly watcher: FSWatcher;
  /** What stands at the path may be another folder by now. */
  readonly inode: string;
  names: ReadonlySet<string>;
}

/** File systems whose changes may be made by another machine: Linux tells of this machine's alone. statfs(2). */
const REMOTE: ReadonlyMap<number, string> = new Map([
  [0x6969, "NFS"],
  [0x517b, "SMB"],
  [0xfe534d42, "SMB"],
  [0xff534d42, "CIFS"],
  [0x01021997, "9P"],
  [0x00c36400, "Ceph"],
  [0x65735546, "FUSE"],
]);

/**
 * Watches folders, never files: a file that is replaced takes its watch with it.
 *
 * @param changed one of the names may lead to something else now.
 */
export function watchFolders(changed: () => void): FolderWatch {
  const folders = new Map<string, Watched>();

  const drop = (folder: string): void => {
    folders.get(folder)?.watcher.close();
    folders.delete(folder);
  };
  const onChange = (folder: string, name: string | null): void => {
    // The folder itself was moved or removed, which ends its watch without a word; an inode may come back.
    const isItself = name === basename(folder);
    if (isItself) drop(folder);
    if (isItself || name === null || folders.get(folder)?.names.has(name) === true) changed();
  };
  const begin = async (folder: string, names: ReadonlySet<string>): Promise<string | null> => {
    const { dev, ino } = await stat(folder);
    const inode = `${dev}:${ino}`;
    const before = folders.get(folder);
    if (before?.inode === inode) before.names = names;
    else {
      drop(folder);
      const watcher = watch(folder, { persistent: false }, (_, name) => onChange(folder, name));
      folders.set(folder, { watcher, inode, names });
      watcher.on("error", () => {
        drop(folder);
        changed();
      });
    }
    const remote = REMOTE.get((await statfs(folder)).type);
    return remote === undefined ? null : `${remote}, where another machine's changes are not told`;
  };

  return {
    follow: async (names) => {
      for (const folder of folders.keys()) if (!names.has(folder)) drop(folder);
      const unwatched: Unwatched[] = [];
      for (const [folder, within] of names) {
        try {
          const why = await begin(folder, within);
          if (why !== null) unwatched.push({ folder, why });
        } catch (error) {
          drop(folder);
          const failure = error as NodeJS.ErrnoException;
          // Gone since it was looked for: it is to be looked for again.
          if (failure.code === "ENOENT") changed();
          else unwatched.push({ folder, why: unwatchable(failure) });
        }
      }
      return unwatched;
    },
    close: () => {
      for (const folder of folders.keys()) drop(folder);
    },
  };
}

function unwatchable({ code, message }: NodeJS.ErrnoException): string {
  switch (code) {
    case "ENOSPC":
      return "ENOSPC: this user watches as many folders as it may (fs.inotify.max_user_watches)";
    case "EMFILE":
      return "EMFILE: this user has as many watches as it may (fs.inotify.max_user_instances)";
    default:
      return code ?? message;
  }
}
