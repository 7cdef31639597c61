import { afterAll, afterEach, beforeAll } from "vitest";
import { makeLocalFolder, type LocalFolder } from "./certificates.ts";
import { startGatewayWorker, type GatewayWorker } from "./gateway-worker.ts";
import { startOrigin, type Origin } from "./origin.ts";
import { visit, type Ask, type Visit } from "./visit.ts";

/** The gateway, its origin, and what the tests of both need. */
export interface GatewayWorld {
  readonly origin: Origin;
  readonly worker: GatewayWorker;
  readonly visit: (hostname: string, path: string, ask?: Ask) => Promise<Visit>;
}

const ORIGIN_HOSTNAMES = ["shop", "blog", "hasty"].map((name) => `origin-${name}.example.net`);

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
  afterEach(() => {
    const { origin, worker } = started();
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
  };
}
