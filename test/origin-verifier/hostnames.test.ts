import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  attempt,
  BLOG,
  plainMapping,
  SHOP,
  startVerifierWorld,
  statusOf,
  type VerifierWorld,
} from "../support/verifier-world.ts";

/** A wildcard with shop's certificate, and below it one name that has an entry, and an origin, of its own. */
function overlapping(keys: Parameters<typeof plainMapping>[0]): unknown {
  const { hosts, ...rest } = plainMapping(keys);
  const shop = hosts["shop.example.com"];
  const blog = hosts["blog.example.com"];
  return { ...rest, hosts: { "*.tenant.example.com": shop, "vip.tenant.example.com": blog } };
}

const pull = (forwardedHost: string, origin: string = SHOP): string =>
  `GET / HTTP/1.1\r\nHost: ${origin}\r\nX-Forwarded-Host: ${forwardedHost}\r\nConnection: close\r\n\r\n`;

describe("a wildcard beside an exact entry below it", () => {
  let world: VerifierWorld;
  beforeAll(async () => {
    world = await startVerifierWorld({ mapping: overlapping });
  });
  afterAll(() => world.close());

  it("never speaks for the name that has an entry of its own", async () => {
    const before = world.reached.length;
    const text = await attempt(world, world.pki.shop, {}, pull("vip.tenant.example.com"));
    expect(statusOf(text)).toBe(421);
    expect(await world.nextRefusal()).toMatchObject({ reason: "misdirected" });
    expect(world.reached.length).toBe(before);
  });

  it("speaks for every other name of one label", async () => {
    const text = await attempt(world, world.pki.shop, {}, pull("any.tenant.example.com"));
    expect(statusOf(text)).toBe(200);
    expect(world.reached.at(-1)?.headers["x-pull-hostname"]).toBe("any.tenant.example.com");
  });

  it("leaves that name to its own certificate", async () => {
    const named = { servername: BLOG };
    const bytes = pull("vip.tenant.example.com", BLOG);
    const text = await attempt(world, world.pki.blog, named, bytes);
    expect(statusOf(text)).toBe(200);
    expect(world.reached.at(-1)?.headers["x-pull-hostname"]).toBe("vip.tenant.example.com");
  });
});
