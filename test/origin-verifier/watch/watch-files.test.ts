import { mkdir, mkdtemp, rename, rm, symlink, unlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { watchFiles, type Watching } from "../../../origin-verifier/watch/watch-files.ts";

/** Longer than any test: what is found is found by events. */
const NEVER = 3_600;

let folder: string;
const closers: (() => void)[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "pullproof-watch-"));
});
afterEach(async () => {
  for (const close of closers.splice(0)) close();
  await rm(folder, { recursive: true, force: true });
});

const at = (...parts: readonly string[]): string => join(folder, ...parts);
async function write(path: string, text = "text"): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}

/** A watch over files, which has begun. */
async function watching(paths: readonly string[], pollSeconds = NEVER) {
  const state = { changes: 0, how: [] as Watching[] };
  const watch = watchFiles({
    pollSeconds,
    changed: () => (state.changes += 1),
    watching: (how) => state.how.push(how),
  });
  closers.push(watch.close);
  watch.follow(new Set(paths));
  // It looks once when it begins.
  await expect.poll(() => state.changes).toBe(1);
  return {
    watch,
    state,
    /** The folders of which no event comes: with one of them a test shows nothing. */
    unwatched: () => state.how.flatMap((how) => how.unwatched),
    /** Does something, and waits until it is told. */
    tells: async (change: () => Promise<unknown>): Promise<void> => {
      const before = state.changes;
      await change();
      await expect.poll(() => state.changes, { timeout: 5_000 }).toBeGreaterThan(before);
    },
  };
}

describe("a change is told", () => {
  it("where a file is written in its place", async () => {
    await write(at("a"));
    const { tells, unwatched } = await watching([at("a")]);
    await tells(() => write(at("a"), "other"));
    expect(unwatched()).toEqual([]);
  });

  it("where another file is renamed to it, again and again", async () => {
    await write(at("a"));
    const { tells, unwatched } = await watching([at("a")]);
    for (const text of ["one", "two", "three"]) {
      await tells(async () => {
        await write(at(".a.tmp"), text);
        await rename(at(".a.tmp"), at("a"));
      });
    }
    expect(unwatched()).toEqual([]);
  });

  it("where an editor moves it away, writes it anew and removes the old one", async () => {
    await write(at("a"));
    const { tells, unwatched } = await watching([at("a")]);
    for (let n = 0; n < 2; n += 1) {
      await tells(async () => {
        await rename(at("a"), at("a~"));
        await write(at("a"), "other");
        await unlink(at("a~"));
      });
    }
    expect(unwatched()).toEqual([]);
  });

  it("where Kubernetes swaps the link of its volume, again and again", async () => {
    await write(at("..1", "a"), "1");
    await symlink("..1", at("..data"));
    await symlink(join("..data", "a"), at("a"));
    const { tells, unwatched } = await watching([at("a")]);
    for (const next of ["2", "3", "4"]) {
      await tells(async () => {
        await write(at(`..${next}`, "a"), next);
        await symlink(`..${next}`, at("..data_tmp"));
        // The old folder stays for now: that it goes would be told as well.
        await rename(at("..data_tmp"), at("..data"));
      });
    }
    expect(unwatched()).toEqual([]);
  });

  it("where a folder on the way is a link to elsewhere, and that is swapped, or the file behind it", async () => {
    await write(at("releases", "1", "conf", "a"));
    await write(at("releases", "2", "conf", "a"));
    await symlink(at("releases", "1"), at("current"));
    const { tells, unwatched } = await watching([at("current", "conf", "a")]);
    await tells(() => write(at("releases", "1", "conf", "a"), "other"));
    await tells(async () => {
      await symlink(at("releases", "2"), at("next"));
      await rename(at("next"), at("current"));
    });
    await tells(() => write(at("releases", "2", "conf", "a"), "other"));
    expect(unwatched()).toEqual([]);
  });

  it("where its folder vanishes and comes back", async () => {
    await write(at("conf", "a"));
    const { tells, unwatched } = await watching([at("conf", "a")]);
    for (let n = 0; n < 2; n += 1) {
      await tells(() => rm(at("conf"), { recursive: true }));
      await tells(() => write(at("conf", "a"), "other"));
    }
    await tells(() => write(at("conf", "a"), "another"));
    expect(unwatched()).toEqual([]);
  });

  it("where another folder takes the place of its own", async () => {
    await write(at("conf", "a"));
    await write(at("next", "a"), "other");
    const { tells, unwatched } = await watching([at("conf", "a")]);
    await tells(async () => {
      await rename(at("conf"), at("old"));
      await rename(at("next"), at("conf"));
    });
    await tells(() => write(at("conf", "a"), "another"));
    expect(unwatched()).toEqual([]);
  });

  it("where a file comes that was not there, nor its folders", async () => {
    const { tells, unwatched } = await watching([at("x", "y", "a")]);
    await tells(() => mkdir(at("x")));
    await tells(() => mkdir(at("x", "y")));
    await tells(() => write(at("x", "y", "a")));
    await tells(() => write(at("x", "y", "a"), "other"));
    expect(unwatched()).toEqual([]);
  });

  it("of the files that it follows now, and no more of those before", async () => {
    await write(at("one", "a"));
    await write(at("two", "a"));
    const { watch, tells, state } = await watching([at("one", "a")]);
    await tells(() => Promise.resolve(watch.follow(new Set([at("two", "a")]))));
    await expect.poll(() => state.how.at(-1)).toMatchObject({ files: 1, folders: 1 });
    await tells(() => write(at("two", "a"), "other"));
    const before = state.changes;
    const beside = await watching([at("one", "a")]);
    await beside.tells(() => write(at("one", "a"), "other"));
    expect(state.changes).toBe(before);
  });
});

it("what happens beside the files is not told", async () => {
  await write(at("a"));
  const { state } = await watching([at("a")]);
  const beside = await watching([at("b")]);
  await beside.tells(() => write(at("b"), "other"));
  expect(state.changes).toBe(1);
});

it("a link that leads to itself is followed to no end", async () => {
  await symlink("a", at("a"));
  const { tells, unwatched } = await watching([at("a")]);
  await tells(async () => {
    await unlink(at("a"));
    await write(at("a"));
  });
  expect(unwatched()).toEqual([]);
});

it("what is told of at once is one change", async () => {
  await write(at("a"));
  await write(at("b"));
  const { state, tells } = await watching([at("a"), at("b")]);
  await tells(async () => {
    for (let n = 0; n < 20; n += 1) await Promise.all([write(at("a"), `${n}`), write(at("b"))]);
  });
  // Of forty, and it may take longer than a moment on a busy machine.
  expect(state.changes).toBeLessThan(8);
});

it("the files are looked at now and then, whatever is told", async () => {
  await write(at("a"));
  const { state } = await watching([at("a")], 1);
  await expect.poll(() => state.changes, { timeout: 5_000 }).toBeGreaterThan(2);
  expect(state.how).toEqual([{ files: 1, folders: 1, pollSeconds: 1, unwatched: [] }]);
});

it("nothing is told after its end", async () => {
  await write(at("a"));
  const { watch, state } = await watching([at("a")]);
  watch.close();
  const beside = await watching([at("a")]);
  await beside.tells(() => write(at("a"), "other"));
  expect(state.changes).toBe(1);
});
