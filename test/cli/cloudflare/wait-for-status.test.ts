import { describe, expect, it } from "vitest";
import type { AopStatus } from "../../../cli/observe/observed.ts";
import { waitForStatus } from "../../../cli/cloudflare/wait-for-status.ts";
import {
  leafText,
  SETTLED,
  useCloudflare,
  type CloudflareWorld,
} from "./support/cloudflare-world.ts";

const startWorld = useCloudflare();
/** As long as third parties report of Cloudflare. */
const timings = { initializing: 2000, deploying: 20_000, deleting: 150_000 };

async function statusOf({ reader, zone }: CloudflareWorld, id: string): Promise<AopStatus | null> {
  const seen = await reader.hostnameCertificates(zone.id);
  if (!seen.known) throw new Error(seen.why);
  return seen.value.find((one) => one.id === id)?.status ?? null;
}

async function upload(world: CloudflareWorld): Promise<string> {
  return await world.writer.uploadHostnameCertificate(world.zone.id, leafText().text);
}

function always(status: AopStatus | null): () => Promise<AopStatus | null> {
  return async () => await Promise.resolve(status);
}

const what = "the hostname certificate of shop.example.com";

describe("waiting for Cloudflare", () => {
  it("fails where the deployment times out: it never becomes active by itself", async () => {
    const world = await startWorld({ timings });
    world.cloudflare.inject({ fault: "time-out", method: "POST" });
    const id = await upload(world);
    const read = async () => await statusOf(world, id);
    const waited = waitForStatus({ what, until: "active", read }, world.waiting);
    await expect(waited).rejects.toThrow("given up");
  });

  it("fails where somebody deletes what is waited for", async () => {
    const world = await startWorld({ timings });
    const id = await upload(world);
    world.clock.advance(SETTLED);
    await world.writer.deleteHostnameCertificate(world.zone.id, id as never);
    const read = async () => await statusOf(world, id);
    const waited = waitForStatus({ what, until: "active", read }, world.waiting);
    await expect(waited).rejects.toThrow("given up");
  });

  it("ends at its deadline", async () => {
    const { waiting, sleeps } = await startWorld();
    const awaited = { what, read: always("initializing"), deadlineMs: 30_000 };
    await expect(waitForStatus({ ...awaited, until: "active" }, waiting)).rejects.toThrow("still");
    expect(sleeps.reduce((sum, ms) => sum + ms, 0)).toBeLessThanOrEqual(30_000);
  });

  it("ends with active, having told every status on the way", async () => {
    const world = await startWorld({ timings });
    const id = await upload(world);
    const told = new Set<string>();
    const read = async () => await statusOf(world, id);
    const onStatus = (status: string): void => void told.add(status);
    await waitForStatus({ what, until: "active", read, onStatus }, world.waiting);
    expect([...told]).toEqual(["initializing", "pending_deployment", "active"]);
    expect(world.sleeps.every((ms) => ms <= 10_000)).toBe(true);
  });

  it("takes what is not there any more for deleted", async () => {
    const { waiting, sleeps } = await startWorld();
    await waitForStatus({ what, until: "deleted", read: always(null) }, waiting);
    expect(sleeps).toEqual([]);
  });
});
