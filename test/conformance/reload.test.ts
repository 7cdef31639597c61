import { mkdir, rename, symlink, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterEach, expect, it } from "vitest";
import { createPuller, type Outcome } from "../soak/support/puller.ts";
import { BLOG, mappingOf, SHOP, type Pki } from "./support/pki.ts";
import type { LogLine } from "./support/process-under-test.ts";
import { startWorld, type World, type WorldOptions } from "./support/world.ts";

const RELOADS = 200;
/** Before these the engine still learns what is called often. */
const WARM = 40;
const TELL_HEAP = resolve(import.meta.dirname, "../soak/support/tell-heap.ts");

let world: World;
afterEach(() => world.close());

async function start(options: WorldOptions): Promise<void> {
  world = await startWorld({
    ...options,
    flags: ["--watch-poll", "3600"],
    // What the application saw: the certificate of this very pull.
    answer: (response, { headers }) => response.end(String(headers["x-pull-fingerprint"])),
  });
  await world.line("that files are watched", ({ event }) => event === "watching");
}

/** With shop's certificate, and with another one or without it: the number makes each text another. */
const listing = (pki: Pki, more: boolean, turn: number) => ({
  ...mappingOf(pki, {
    shop: { certificates: [pki.shop.fingerprint, ...(more ? [pki.unlisted.fingerprint] : [])] },
    issuers: { [`turn${turn}`]: { certificates: "other.pem" } },
  }),
});

/** In place, or by a rename: both are what people do. */
async function put(name: string, text: string, inPlace: boolean): Promise<void> {
  if (inPlace) {
    await world.write(name, text);
    return;
  }
  await world.write(`${name}.next`, text);
  await rename(join(world.folder, `${name}.next`), join(world.folder, name));
}

const swapped = (after: number): Promise<LogLine> =>
  world.line(
    "what became of the reload",
    ({ event }) => event === "trust-swapped" || event === "reload-failed",
    after,
  );

async function aliveHeap(): Promise<number> {
  const after = world.lines.length;
  world.signal("SIGUSR2");
  return Number((await world.line("its heap", ({ event }) => event === "heap", after))["alive"]);
}

function isGood(outcome: Outcome, fingerprint: string): boolean {
  return outcome.is === "answered" && outcome.body === fingerprint;
}

function isRefused(outcome: Outcome): boolean {
  return outcome.is === "status" && outcome.status === 403 && outcome.own;
}

it(
  `P80: ${RELOADS} reloads by a changed file, under load: not one good pull fails, not one bad one is accepted, memory is flat`,
  { timeout: 600_000 },
  async () => {
    await start({ nodeOptions: ["--expose-gc", "--import", TELL_HEAP] });
    const { pki } = world;
    const wrong: unknown[] = [];
    const counts = { good: 0, refused: 0, connections: 0 };
    const state = { over: false };
    /** Good pulls one after the other, on a connection that is kept or on one for each. */
    const pullGood = async (which: "shop" | "blog", keep: boolean): Promise<void> => {
      const host = which === "shop" ? SHOP : BLOG;
      const puller = createPuller(world, pki[which], host);
      while (!state.over) {
        const outcome = await puller.pull(host, "/");
        if (isGood(outcome, pki[which].fingerprint)) counts.good += 1;
        else wrong.push({ which, keep, outcome });
        if (!keep) puller.close();
        await pause(20);
      }
      counts.connections += puller.dialled();
      puller.close();
    };
    /** Bad pulls: never accepted, whatever is swapped. */
    const pullBad = async (): Promise<void> => {
      while (!state.over) {
        for (const [peer, host] of [
          [pki.stranger, SHOP],
          [pki.other, SHOP],
          [pki.blog, SHOP],
          [null, SHOP],
        ] as const) {
          const puller = createPuller(world, peer, SHOP);
          const outcome = await puller.pull(host, "/");
          if (outcome.is === "answered") wrong.push({ bad: outcome });
          else counts.refused += 1;
          puller.close();
        }
        await pause(20);
      }
    };
    const heap: number[] = [];
    const reload = async (): Promise<void> => {
      const living = createPuller(world, pki.unlisted, SHOP);
      for (let turn = 1; turn <= RELOADS; turn += 1) {
        const more = turn % 2 === 1;
        const after = world.lines.length;
        await put("mapping.json", JSON.stringify(listing(pki, more, turn)), turn % 3 === 0);
        const said = await swapped(after);
        if (said["generation"] !== turn + 1) wrong.push({ turn, said });
        const fresh = createPuller(world, pki.unlisted, SHOP);
        for (const puller of [living, fresh]) {
          const outcome = await puller.pull(SHOP, "/");
          const right = more ? isGood(outcome, pki.unlisted.fingerprint) : isRefused(outcome);
          if (!right) wrong.push({ turn, more, kept: puller === living, outcome });
        }
        fresh.close();
        if (turn === WARM || turn === RELOADS) heap.push(await aliveHeap());
      }
      living.close();
    };
    await Promise.all([
      reload().finally(() => {
        state.over = true;
      }),
      pullGood("shop", true),
      pullGood("shop", false),
      pullGood("blog", true),
      pullGood("blog", false),
      pullBad(),
    ]);
    const [before = 0, afterAll = 0] = heap;
    console.log({ ...counts, heap: heap.map((mib) => `${mib.toFixed(2)} MiB`) });
    expect(wrong).toEqual([]);
    expect(world.lines.filter(({ event }) => event === "reload-failed")).toEqual([]);
    expect(counts.good).toBeGreaterThan(RELOADS);
    expect(counts.refused).toBeGreaterThan(RELOADS);
    // 160 trusts that stayed would be some 10 MiB.
    expect(afterAll - before).toBeLessThan(2);
  },
);

it("P81: a changed file reloads without a signal, in place, by a rename, and through a link that is swapped", async () => {
  await start({});
  const { pki } = world;
  let turn = 0;
  const expectSwap = async (change: (text: string) => Promise<void>): Promise<void> => {
    turn += 1;
    const after = world.lines.length;
    await change(JSON.stringify(listing(pki, true, turn)));
    expect(await swapped(after)).toMatchObject({ event: "trust-swapped", generation: turn + 1 });
  };
  await expectSwap((text) => put("mapping.json", text, true));
  await expectSwap((text) => put("mapping.json", text, false));
  const at = (...path: readonly string[]): string => join(world.folder, ...path);
  for (const version of ["..1", "..2", "..3"]) {
    await expectSwap(async (text) => {
      await mkdir(at(version));
      await writeFile(at(version, "mapping.json"), text);
      await symlink(version, at("..data_tmp"));
      await rename(at("..data_tmp"), at("..data"));
      if (version === "..1") {
        await symlink(join("..data", "mapping.json"), at("mapping.link"));
        await rename(at("mapping.link"), at("mapping.json"));
      }
    });
  }
  // Half of it is not told of, where the other half follows.
  await expectSwap(async (text) => {
    await writeFile(at("..3", "mapping.json"), text.slice(0, 50));
    await pause(300);
    await writeFile(at("..3", "mapping.json"), text);
  });
  expect(world.lines.filter(({ event }) => event === "reload-failed")).toEqual([]);
});
