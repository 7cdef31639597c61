import { describe, expect, it } from "vitest";
import type { FileDigests } from "../../../origin-verifier/trust/read-file.ts";
import { createReloader } from "../../../origin-verifier/watch/create-reloader.ts";

const PATIENCE = { againMs: 5, graceMs: 150, mostMs: 600 };

/** A reloader over a folder that is a map: what it says in `bad` keeps a reload from succeeding. */
function reloading() {
  const now = new Map([["mapping", "a"]]);
  const told: string[] = [];
  const tries: string[] = [];
  const followed: ReadonlySet<string>[] = [];
  const state = { atOnce: 0, most: 0, hold: Promise.resolve() };
  const reloader = createReloader({
    files: new Map(now),
    digestsOf: (paths) =>
      Promise.resolve(new Map([...paths].map((path) => [path, now.get(path) ?? "none"]))),
    reload: async (tellFailure) => {
      const files: FileDigests = new Map(now);
      state.atOnce += 1;
      state.most = Math.max(state.most, state.atOnce);
      await state.hold;
      state.atOnce -= 1;
      const text = [...files.values()].join();
      const ok = !text.includes("bad");
      tries.push(text);
      if (ok) told.push(text);
      else if (tellFailure) told.push(`failed ${text}`);
      return { ok, files };
    },
    follow: (paths) => followed.push(paths),
    patience: PATIENCE,
  });
  return { now, told, tries, followed, state, reloader };
}

describe("a reloader", () => {
  it("does nothing where the bytes are the same", async () => {
    const { reloader, tries, now } = reloading();
    for (let n = 0; n < 5; n += 1) reloader.changed();
    now.set("mapping", "b");
    reloader.changed();
    await expect.poll(() => tries).toEqual(["b"]);
    reloader.close();
  });

  it("reloads the same bytes where it is asked to, and tells a failure at once", async () => {
    const { reloader, told, now } = reloading();
    reloader.asked();
    await expect.poll(() => told).toEqual(["a"]);
    now.set("mapping", "bad");
    reloader.asked();
    await expect.poll(() => told).toEqual(["a", "failed bad"]);
    reloader.close();
  });

  it("tells of no failure that is mended within the grace", async () => {
    const { reloader, told, tries, now } = reloading();
    now.set("mapping", "bad");
    reloader.changed();
    await expect.poll(() => tries).toContain("bad");
    now.set("mapping", "good");
    await expect.poll(() => told).toEqual(["good"]);
    reloader.close();
  });

  it("tells a failure that stays once, after the grace, and is silent then", async () => {
    const { reloader, told, tries, now } = reloading();
    const began = performance.now();
    now.set("mapping", "bad");
    reloader.changed();
    await expect.poll(() => told).toEqual(["failed bad"]);
    expect(performance.now() - began).toBeGreaterThan(PATIENCE.graceMs);
    const before = tries.length;
    reloader.changed();
    now.set("mapping", "good");
    reloader.changed();
    await expect.poll(() => told).toEqual(["failed bad", "good"]);
    expect(tries).toHaveLength(before + 1);
    reloader.close();
  });

  it("does not try the same wrong files again and again: the first time, and to tell", async () => {
    const { reloader, told, tries, now } = reloading();
    now.set("mapping", "bad");
    reloader.changed();
    await expect.poll(() => told).toEqual(["failed bad"]);
    expect(tries).toEqual(["bad", "bad"]);
    reloader.close();
  });

  it("forgets a failure whose files were put back, and swaps nothing", async () => {
    const { reloader, told, tries, now } = reloading();
    now.set("mapping", "bad");
    reloader.changed();
    await expect.poll(() => tries).toEqual(["bad"]);
    now.set("mapping", "a");
    reloader.changed();
    now.set("mapping", "b");
    reloader.changed();
    await expect.poll(() => told).toEqual(["b"]);
    reloader.close();
  });

  it("tells a failure in the end, where the files go on changing", async () => {
    const { reloader, told, now } = reloading();
    const began = performance.now();
    let n = 0;
    const changing = setInterval(() => {
      now.set("mapping", `bad ${(n += 1)}`);
      reloader.changed();
    }, PATIENCE.graceMs / 3);
    await expect.poll(() => told.length, { timeout: 5_000 }).toBeGreaterThan(0);
    clearInterval(changing);
    expect(performance.now() - began).toBeGreaterThan(PATIENCE.mostMs - 1);
    reloader.close();
  });

  it("never reloads twice at once, and what comes during a reload comes after it", async () => {
    const { reloader, told, tries, now, state } = reloading();
    const held = Promise.withResolvers<void>();
    state.hold = held.promise;
    reloader.asked();
    await expect.poll(() => state.atOnce).toBe(1);
    reloader.asked();
    reloader.changed();
    now.set("mapping", "b");
    held.resolve();
    await expect.poll(() => told).toEqual(["a", "b"]);
    expect(tries).toEqual(["a", "b"]);
    expect(state.most).toBe(1);
    reloader.close();
  });

  it("follows what was read last, and what is in force as well while it is being mended", async () => {
    const { reloader, told, followed, now } = reloading();
    now.set("mapping", "b");
    now.set("issuer", "bad");
    reloader.changed();
    await expect.poll(() => followed.at(-1)).toEqual(new Set(["mapping", "issuer"]));
    now.set("issuer", "good");
    await expect.poll(() => told).toEqual(["b,good"]);
    reloader.close();
  });

  it("begins nothing after its end", async () => {
    const { reloader, tries, now } = reloading();
    now.set("mapping", "bad");
    reloader.changed();
    await expect.poll(() => tries).toEqual(["bad"]);
    reloader.close();
    now.set("mapping", "good");
    reloader.asked();
    reloader.changed();
    const other = reloading();
    other.reloader.asked();
    await expect.poll(() => other.told).toEqual(["a"]);
    other.reloader.close();
    expect(tries).toEqual(["bad"]);
  });
});
