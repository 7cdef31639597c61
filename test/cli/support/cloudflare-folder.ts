import { mkdirSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, vi } from "vitest";
import {
  startFakeCloudflare,
  type FakeCloudflare,
} from "../../support/cloudflare/start-fake-cloudflare.ts";
import type { Zone } from "../../support/cloudflare/state.ts";
import { useTemporaryFolders } from "./temporary-folder.ts";

/** A project's folder with an empty `pki`, and the Cloudflare that its commands reach: one zone, in Full (strict). */
export interface CloudflareFolder {
  readonly folder: string;
  readonly cloudflare: FakeCloudflare;
  readonly zone: Zone;
}

/** Gives each test its own. */
export function useCloudflareFolder(zoneName: string): () => CloudflareFolder {
  const newFolder = useTemporaryFolders();
  let current: CloudflareFolder | null = null;
  beforeEach(async () => {
    const folder = newFolder();
    const cloudflare = await startFakeCloudflare({ timings: { deploying: 1, deleting: 1 } });
    for (const [name, value] of Object.entries(cloudflare.environment)) vi.stubEnv(name, value);
    const zone = cloudflare.addZone(zoneName);
    zone.settings.set("ssl", "strict");
    mkdirSync(path.join(folder, "pki"));
    current = { folder, cloudflare, zone };
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    await current?.cloudflare.close();
  });
  return () => {
    if (current === null) throw new Error("asked before a test has begun");
    return current;
  };
}
