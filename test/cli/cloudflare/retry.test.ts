import { describe, expect, it } from "vitest";
import { uploadHostnameCertificate } from "../../../cli/cloudflare/upload-hostname-certificate.ts";
import { PATIENCE_MS, UNREACHABLE_PATIENCE_MS } from "../../../cli/cloudflare/retry.ts";
import { troubleOf, type Trouble } from "../../../cli/cloudflare/trouble.ts";
import { leafText, useCloudflare, type CloudflareWorld } from "./support/cloudflare-world.ts";

const startWorld = useCloudflare();

/** What becomes of a call, as a kind of trouble or what it gave. */
async function outcome(call: Promise<unknown>): Promise<unknown> {
  try {
    await call;
    return "done";
  } catch (thrown) {
    return troubleOf(thrown)?.kind ?? thrown;
  }
}

async function upload({ connection, zone }: CloudflareWorld): Promise<unknown> {
  return await outcome(uploadHostnameCertificate(connection, zone.id, leafText().text));
}

describe("a call that fails", () => {
  it.each([400, 401, 403, 404])("with %d is not made again", async (status) => {
    const world = await startWorld();
    world.cloudflare.inject({ fault: "answer", status });
    expect(await upload(world)).not.toBe("done");
    expect(world.sleeps).toEqual([]);
  });

  it("with 409 is not made again where no zone is locked", async () => {
    const world = await startWorld();
    world.cloudflare.inject({ fault: "answer", status: 409 });
    const call = world.connection.read("zones", (client) => client.zones.list());
    expect(await outcome(call)).toBe("zone is busy");
    expect(world.sleeps).toEqual([]);
  });

  it.each([
    [409, "zone is busy"],
    [429, "too many requests"],
    [500, "unavailable"],
    [503, "unavailable"],
  ])("with %d again and again is given up in time", async (status, kind) => {
    const world = await startWorld();
    world.cloudflare.inject({ fault: "answer", status, times: 1000 });
    expect(await upload(world)).toBe(kind);
    const all = world.sleeps.reduce((sum, ms) => sum + ms, 0);
    expect(all).toBeLessThanOrEqual(PATIENCE_MS);
    expect(all).toBeGreaterThan(PATIENCE_MS / 2);
    // Longer each time.
    expect(world.sleeps.slice(0, 4)).toEqual([500, 1000, 2000, 4000]);
  });

  it("by nobody answering at all is given up sooner", async () => {
    const world = await startWorld();
    world.cloudflare.inject({ fault: "hang-up", times: 1000 });
    expect(await upload(world)).toBe("unreachable");
    const all = world.sleeps.reduce((sum, ms) => sum + ms, 0);
    expect(all).toBeLessThanOrEqual(UNREACHABLE_PATIENCE_MS);
    expect(all).toBeGreaterThan(UNREACHABLE_PATIENCE_MS / 2);
  });

  it("is told of before each pause", async () => {
    const world = await startWorld();
    const told: unknown[] = [];
    const onPause = ({ kind }: Trouble, ms: number): void => void told.push([kind, ms]);
    const connection = world.connectAgain({ waiting: { ...world.waiting, onPause } });
    world.cloudflare.inject({ fault: "answer", status: 429, retryAfterSeconds: 7 });
    expect(await upload({ ...world, connection })).toBe("done");
    expect(told).toEqual([["too many requests", 7000]]);
  });

  it("is given up at once where Retry-After is past our patience", async () => {
    const world = await startWorld();
    const retryAfterSeconds = PATIENCE_MS / 1000 + 1;
    world.cloudflare.inject({ fault: "answer", status: 429, retryAfterSeconds });
    expect(await upload(world)).toBe("too many requests");
    expect(world.sleeps).toEqual([]);
  });

  it("is made again after as long as Retry-After says", async () => {
    const world = await startWorld();
    const fault = { fault: "answer", status: 429, retryAfterSeconds: 7 } as const;
    world.cloudflare.inject({ ...fault, times: 2 });
    expect(await upload(world)).toBe("done");
    expect(world.sleeps).toEqual([7000, 7000]);
  });

  it("with an error page instead of JSON is made again", async () => {
    const world = await startWorld();
    world.cloudflare.inject({ fault: "answer", status: 502, html: true });
    expect(await upload(world)).toBe("done");
  });

  it("with a connection that breaks is made again", async () => {
    const world = await startWorld();
    world.cloudflare.inject({ fault: "hang-up" });
    expect(await upload(world)).toBe("done");
  });
});

describe("changes of one zone", () => {
  it("are made one after the other: none of ours hinders another", async () => {
    const world = await startWorld({ timings: { writing: 10 } });
    await Promise.all([upload(world), upload(world), upload(world)]);
    expect(world.cloudflare.calls.map(({ status }) => status)).toEqual([200, 200, 200]);
  });

  it("hold up nobody after one that was refused", async () => {
    const world = await startWorld();
    world.cloudflare.inject({ fault: "answer", status: 400 });
    expect(await Promise.all([upload(world), upload(world)])).toEqual(["refused", "done"]);
  });

  it("of somebody else are waited for", async () => {
    const world = await startWorld();
    const { zone, clock } = world;
    zone.isChanging = true;
    const sleep = async (ms: number): Promise<void> => {
      clock.advance(ms);
      zone.isChanging = clock.now() < start + 3000;
      await Promise.resolve();
    };
    const start = clock.now();
    const connection = world.connectAgain({ waiting: { now: clock.now, sleep } });
    expect(await upload({ ...world, connection })).toBe("done");
    expect(world.cloudflare.calls.map(({ status }) => status)).toEqual([409, 409, 409, 200]);
  });
});
