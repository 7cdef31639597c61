import type { FileDigests } from "../trust/read-file.ts";

/** What one reload came to. */
export interface Reloaded {
  readonly ok: boolean;
  /** The files that were read for it. */
  readonly files: FileDigests;
}

/** What a reloader is made with. */
export interface ReloaderOptions {
  /** The files that what is in force was built from. */
  readonly files: FileDigests;
  /** Reloads; a failure is told, or kept quiet since it is going to be tried again. Never throws. */
  readonly reload: (tellFailure: boolean) => Promise<Reloaded>;
  /** The digests of files as they are now. */
  readonly digestsOf: (paths: Iterable<string>) => Promise<FileDigests>;
  /** Told which files matter, after each reload. */
  readonly follow: (paths: ReadonlySet<string>) => void;
  readonly patience?: Patience;
}

/** How long files that are wrong may be those of somebody who is still writing them, in milliseconds. */
export interface Patience {
  /** Between two tries. */
  readonly againMs: number;
  /** As long as this after the last change, a failure is tried again, and not told. */
  readonly graceMs: number;
  /** But not longer than this after the first. */
  readonly mostMs: number;
}

/** What holds where nothing else is said. */
export const DEFAULT_PATIENCE: Patience = { againMs: 250, graceMs: 2_000, mostMs: 10_000 };

/** Reloads, one at a time; what is asked for during a reload comes after it. */
export interface Reloader {
  /** Somebody asked for it: reloads whatever the files say, and tells what comes of it. */
  readonly asked: () => void;
  /** The files may have changed: reloads where their bytes have. */
  readonly changed: () => void;
  /** Begins no reload any more. */
  readonly close: () => void;
}

/** A failure that is not told yet. */
interface Trouble {
  readonly files: FileDigests;
  readonly began: number;
  readonly changedAt: number;
}

/** Makes a reloader. */
export function createReloader(options: ReloaderOptions): Reloader {
  const { reload, digestsOf, follow, patience = DEFAULT_PATIENCE } = options;
  /** Of the last reload whose end was told. */
  let settled = options.files;
  let inForce = options.files;
  let trouble: Trouble | null = null;
  let wanted: "nothing" | "a look" | "a reload" = "nothing";
  let running = false;
  let closed = false;
  let again: NodeJS.Timeout | null = null;

  const isAsBefore = async (files: FileDigests): Promise<boolean> =>
    isSame(files, await digestsOf(files.keys()));

  const look = async (): Promise<void> => {
    if (await isAsBefore(settled)) {
      // Put back before anybody was told.
      trouble = null;
      return;
    }
    const now = performance.now();
    const isOver =
      trouble !== null &&
      (now - trouble.changedAt >= patience.graceMs || now - trouble.began >= patience.mostMs);
    if (trouble !== null && !isOver && (await isAsBefore(trouble.files))) tryAgain();
    else await run(isOver);
  };
  const run = async (tellFailure: boolean): Promise<void> => {
    const { ok, files } = await reload(tellFailure);
    if (ok) inForce = files;
    // A mapping that cannot be read names no files: those of before are still the ones to come back.
    follow(new Set([...inForce.keys(), ...files.keys()]));
    if (ok || tellFailure) {
      settled = files;
      trouble = null;
      return;
    }
    const now = performance.now();
    const isNew = trouble === null || !isSame(trouble.files, files);
    trouble = {
      files,
      began: trouble?.began ?? now,
      changedAt: isNew ? now : (trouble?.changedAt ?? now),
    };
    tryAgain();
  };
  const tryAgain = (): void => {
    again ??= setTimeout(() => {
      again = null;
      want("a look");
    }, patience.againMs);
  };
  const work = async (): Promise<void> => {
    running = true;
    while (wanted !== "nothing") {
      const isAsked = wanted === "a reload";
      wanted = "nothing";
      await (isAsked ? run(true) : look());
    }
    running = false;
  };
  const want = (what: "a look" | "a reload"): void => {
    if (closed) return;
    if (wanted !== "a reload") wanted = what;
    if (!running) void work();
  };
  return {
    asked: () => want("a reload"),
    changed: () => want("a look"),
    close: () => {
      closed = true;
      wanted = "nothing";
      if (again !== null) clearTimeout(again);
    },
  };
}

function isSame(one: FileDigests, other: FileDigests): boolean {
  return one.size === other.size && [...one].every(([path, digest]) => other.get(path) === digest);
}
