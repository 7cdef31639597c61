import { afterAll, afterEach, beforeAll, vi } from "vitest";
import { makeLocalFolder, type LocalFolder } from "./certificates.ts";
import { startGatewayWorker, type GatewayWorker } from "./gateway-worker.ts";
import { startOrigin, type Origin } from "./origin.ts";
import { visit, type Ask, type Visit } from "./visit.ts";

/** The gateway, its origin, and what the tests of both need. */
export interface GatewayWorld {
  readonly origin: Origin;
  readonly worker: GatewayWorker;
  readonly visit: (hostname: string, path: string, ask?: Ask) => Promise<Visit>;
  /**
   * Every line that the Worker logged for what this test did, oldest first. A log travels apart from the answers, so a
   * line may come after the answer that it is about: one visit that is sure to be logged goes behind them all, and once
   * its line is here, so is every line before it.
   */
  readonly logged: () => Promise<readonly Line[]>;
}

type Line = Readonly<Record<string, unknown>>;

/** A hostname of the fixture whose binding is not there: asking for it is one line in the log, and no pull. */
const SURE_TO_BE_LOGGED = "lost.example.com";

const ORIGIN_HOSTNAMES = ["shop", "blog", "hasty", "two-a", "two-b"].map(
  (name) => `origin-${name}.example.net`,
);

/**
 * One workerd and one origin for all tests of a file. After each test the origin answers `hello` again, and what it
 * and the log have seen is forgotten. A pull in the clear, or by the global fetch, fails the test that made it.
 */
export function useGatewayWorld(): GatewayWorld {
  let parts: { local: LocalFolder; origin: Origin; worker: GatewayWorker } | null = null;
  const started = (): NonNullable<typeof parts> => {
    if (parts === null) throw new Error("the gateway is not started");
    return parts;
  };
  beforeAll(async () => {
    const pulls = { PULL_CERT_SHOP: "shop.example.com", PULL_CERT_BLOG: "blog.example.com" };
    const local = await makeLocalFolder(pulls, ORIGIN_HOSTNAMES);
    const origin = await startOrigin(local);
    parts = { local, origin, worker: await startGatewayWorker(local, origin) };
  });
  const logged = async (): Promise<readonly Line[]> => {
    const { worker } = started();
    const { headers } = await visit(worker.url, SURE_TO_BE_LOGGED, "/the-last-line");
    const last = await vi.waitUntil(
      () => worker.log.findIndex(({ id }) => id === headers["pull-failed"]) + 1,
      { timeout: 10_000, interval: 5 },
    );
    const lines = worker.log.slice(0, last - 1);
    worker.log.splice(last - 1, 1);
    return lines;
  };
  afterEach(async () => {
    const { origin, worker } = started();
    await logged();
    worker.log.length = 0;
    origin.reset();
    const [outside] = worker.unbound.splice(0);
    if (outside !== undefined) throw new Error(`the global fetch went to ${outside}`);
  });
  afterAll(async () => {
    await parts?.worker.stop();
    await parts?.origin.close();
    parts?.local.remove();
  });
  return {
    get origin() {
      return started().origin;
    },
    get worker() {
      return started().worker;
    },
    visit: (hostname, path, ask) => visit(started().worker.url, hostname, path, ask),
    logged,
  };
}
