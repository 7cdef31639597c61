import { afterEach } from "vitest";
import { readAccess } from "../../../../cli/cloudflare/access.ts";
import { connect, type Connection } from "../../../../cli/cloudflare/connection.ts";
import { createCloudflareReader } from "../../../../cli/cloudflare/create-reader.ts";
import { createCloudflareWriter } from "../../../../cli/cloudflare/create-writer.ts";
import type { Waiting } from "../../../../cli/cloudflare/retry.ts";
import type { CloudflareWriter } from "../../../../cli/apply/cloudflare-writer.ts";
import type { CloudflareReader } from "../../../../cli/observe/cloudflare-reader.ts";
import { mintCa, mintLeaf, type Minted } from "../../../support/certificates.ts";
import { manualClock, type ManualClock } from "../../../support/cloudflare/clock.ts";
import {
  startFakeCloudflare,
  type FakeCloudflare,
  type FakeCloudflareOptions,
} from "../../../support/cloudflare/start-fake-cloudflare.ts";
import type { Zone } from "../../../support/cloudflare/state.ts";

/** A fake with a zone, and our adapters before it; waiting moves the fake's clock and takes no time. */
export interface CloudflareWorld {
  readonly cloudflare: FakeCloudflare;
  readonly zone: Zone;
  readonly clock: ManualClock;
  /** How long was waited, each time. */
  readonly sleeps: readonly number[];
  readonly waiting: Waiting;
  readonly connection: Connection;
  readonly reader: CloudflareReader;
  readonly writer: CloudflareWriter;
  /** Another connection: with another token, or with other waiting. */
  readonly connectAgain: (other?: {
    readonly token?: string;
    readonly waiting?: Waiting;
  }) => Connection;
}

/** A minute: long enough for everything to have become `active` or `deleted`. */
export const SETTLED = 60_000;

/** Gives each test a world of its own. */
export function useCloudflare(): (options?: FakeCloudflareOptions) => Promise<CloudflareWorld> {
  const started: FakeCloudflare[] = [];
  afterEach(async () => {
    await Promise.all(started.splice(0).map(async (one) => await one.close()));
  });
  return async (options = {}) => {
    const clock = manualClock();
    const cloudflare = await startFakeCloudflare({ clock, ...options });
    started.push(cloudflare);
    const sleeps: number[] = [];
    const sleep = async (ms: number): Promise<void> => {
      sleeps.push(ms);
      clock.advance(ms);
      await Promise.resolve();
    };
    const waiting = { now: clock.now, sleep };
    const connectAgain: CloudflareWorld["connectAgain"] = (other = {}) => {
      const { CLOUDFLARE_API_TOKEN, ...rest } = cloudflare.environment;
      const token = other.token ?? CLOUDFLARE_API_TOKEN;
      return connect(
        readAccess({ ...rest, CLOUDFLARE_API_TOKEN: token }),
        other.waiting ?? waiting,
      );
    };
    const connection = connectAgain();
    return {
      cloudflare,
      zone: cloudflare.addZone("example.com"),
      clock,
      sleeps,
      waiting,
      connection,
      reader: createCloudflareReader(connection),
      writer: createCloudflareWriter(connection),
      connectAgain,
    };
  };
}

const issuer = mintCa();

/** A certificate as it is uploaded. */
export function leafText(name = "shop.example.com"): {
  readonly leaf: Minted;
  readonly text: { readonly certificate: string; readonly key: string };
} {
  const leaf = mintLeaf(issuer, { names: [name] });
  return { leaf, text: { certificate: leaf.pem, key: leaf.keyPem } };
}

/** A CA's certificate, which no level takes. */
export function caText(): { readonly certificate: string; readonly key: string } {
  return { certificate: issuer.pem, key: issuer.keyPem };
}
