import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect } from "vitest";
import type { LocalCertificate } from "../../../cli/local-world/local-certificates.ts";
import type { LocalWorld } from "../../../cli/local-world/local-world.ts";
import { startLocalWorld } from "../../../cli/local-world/start-local-world.ts";
import { startTestApplication, type TestApplication } from "./application.ts";
import { withoutTypeStripper } from "../../support/compile-cache.ts";
import { SHOP_ORIGIN } from "./names.ts";
import type { Project } from "./project.ts";
import { askStraight } from "./straight.ts";

const ROOT = join(import.meta.dirname, "../../..");

/** The pair: the real Worker in workerd, the real verifier, and an application of the test's behind both. */
export interface PairWorld {
  readonly world: LocalWorld;
  readonly application: TestApplication;
  /** A folder that goes with the world. */
  readonly folder: string;
  /** The pull certificates of the two hostnames. */
  readonly shop: LocalCertificate;
  readonly blog: LocalCertificate;
}

/** How a world is made where it is not the ordinary one. */
export interface PairOptions {
  /** The mapping and the Worker that is built with it; the repository's own where left out. */
  readonly project?: (folder: string) => Promise<Project>;
}

/**
 * One world for all tests of a file, on ports of the system's choice and in a folder of its own. After each test the
 * application answers `hello` again and has forgotten what it saw, and the verifier's log is read up to there.
 *
 * After the last, no connection to the verifier may have begun otherwise than with TLS, but for those of
 * {@link plaintextPorts}: whatever a test was about, the Worker has never pulled in the clear.
 */
export function usePairWorld(options: PairOptions = {}): PairWorld {
  let parts: PairWorld | null = null;
  const ends: (() => Promise<void>)[] = [];
  const started = (): PairWorld => {
    if (parts === null) throw new Error("the world is not up");
    return parts;
  };
  beforeAll(async () => {
    await withoutTypeStripper();
    const folder = await mkdtemp(join(tmpdir(), "pullproof-pair-"));
    ends.push(async () => await rm(folder, { recursive: true, force: true }));
    const project = (await options.project?.(folder)) ?? {
      mapping: join(ROOT, "mapping.json"),
      configuration: join(ROOT, "wrangler.local.toml"),
    };
    const application = await startTestApplication(join(folder, "application.sock"));
    ends.push(application.stop);
    const world = await startLocalWorld({
      ...project,
      ports: { worker: 0, origin: 0, application: 0 },
      folder: join(folder, "local"),
      application: application.address,
      now: new Date(),
    });
    ends.push(async () => await world.close());
    const [shop, blog] = [...world.certificates.pull.values()];
    if (shop === undefined || blog === undefined) throw new Error("a world has two certificates");
    parts = { world, application, folder, shop, blog };
  });
  afterEach(async () => {
    const { application, world } = started();
    application.reset();
    // The verifier's log is in order: once it tells of this one, it has told of everything before.
    await askStraight(world, null, {}, SHOP_ORIGIN);
  });
  afterAll(async () => {
    for (const end of ends.toReversed()) await end();
    if (parts !== null) expect(inTheClear(parts.world)).toEqual([]);
  });
  return {
    get world() {
      return started().world;
    },
    get application() {
      return started().application;
    },
    get folder() {
      return started().folder;
    },
    get shop() {
      return started().shop;
    },
    get blog() {
      return started().blog;
    },
  };
}

/** The local ports from which tests have spoken to the verifier in the clear on purpose. */
export const plaintextPorts = new Set<number>();

/** What OpenSSL says where a connection does not begin with a TLS record. */
const NOT_TLS = /^ERR_SSL_(?:HTTP_REQUEST|WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG)$/;

function inTheClear({ verifierEvents }: LocalWorld) {
  return verifierEvents.events.filter(
    (event) =>
      event.event === "handshake-failed" &&
      NOT_TLS.test(event.detail) &&
      !plaintextPorts.has(event.remotePort),
  );
}
