import type * as fs from "node:fs";
import type * as promises from "node:fs/promises";
import { tmpdir } from "node:os";
import { beforeEach, expect, it, vi } from "vitest";
import { watchFolders } from "../../../origin-verifier/watch/watch-folders.ts";

const failing = vi.hoisted(() => ({ code: "", type: 0 }));
vi.mock("node:fs", async (original) => {
  const real = await original<typeof fs>();
  const watch: typeof real.watch = (...args: unknown[]) => {
    if (failing.code !== "") throw Object.assign(new Error(failing.code), { code: failing.code });
    return Reflect.apply(real.watch, real, args);
  };
  return { ...real, watch };
});
vi.mock("node:fs/promises", async (original) => {
  const real = await original<typeof promises>();
  return { ...real, statfs: () => Promise.resolve({ type: failing.type }) };
});
beforeEach(() => Object.assign(failing, { code: "", type: 0xef53 }));

const names = new Map([[tmpdir(), new Set(["a"])]]);

it("a folder on a disk of this machine is watched", async () => {
  const watch = watchFolders(() => {});
  expect(await watch.follow(names)).toEqual([]);
  watch.close();
});

it.each([
  ["ENOSPC", /max_user_watches/],
  ["EMFILE", /max_user_instances/],
  ["ENOSYS", /ENOSYS/],
])("a folder that cannot be watched is said to be (%s), and tried again", async (code, why) => {
  const watch = watchFolders(() => {});
  failing.code = code;
  expect(await watch.follow(names)).toEqual([
    { folder: tmpdir(), why: expect.stringMatching(why) as string },
  ]);
  failing.code = "";
  expect(await watch.follow(names)).toEqual([]);
  watch.close();
});

it("a folder that is gone since it was looked for is looked for again", async () => {
  let again = 0;
  const watch = watchFolders(() => (again += 1));
  failing.code = "ENOENT";
  expect(await watch.follow(names)).toEqual([]);
  expect(again).toBe(1);
  watch.close();
});

it.each([
  ["NFS", 0x6969],
  ["CIFS", 0xff534d42],
])(
  "a folder on %s is said to be, since another machine's changes are not told",
  async (what, type) => {
    failing.type = type;
    const watch = watchFolders(() => {});
    expect(await watch.follow(names)).toEqual([
      { folder: tmpdir(), why: expect.stringContaining(what) as string },
    ]);
    watch.close();
  },
);
