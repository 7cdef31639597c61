import { describe, expect, it } from "vitest";
import { createZoneInspector } from "../../../cli/cloudflare/create-zone-inspector.ts";
import type { ProbeName, Shown } from "../../../cli/doctor/diagnosis.ts";
import { inspectZone } from "../../../cli/doctor/inspect-zone.ts";
import { edgeEntries, type EdgeEntry } from "../../../cli/edge-entries.ts";
import type { Mapping } from "../../../shared/mapping.ts";
import { hexId } from "../../support/cloudflare/state.ts";
import { dnsRecord } from "../../support/cloudflare/zones.ts";
import { useCloudflare, type CloudflareWorld } from "../cloudflare/support/cloudflare-world.ts";
import { mappingOf } from "../support/mappings.ts";

const startWorld = useCloudflare();
const BLOG = "blog.example.com";

/** What was shown, by what was looked at. */
type ByProbe = Partial<Record<ProbeName, Shown>>;

async function inspect(
  { connection }: Pick<CloudflareWorld, "connection">,
  hostname = BLOG,
): Promise<ByProbe> {
  const mapping = mappingOf({ [hostname]: { origin: `https://${hostname}` } });
  const shown: ByProbe = {};
  const inspector = createZoneInspector(connection);
  for await (const one of inspectZone(onlyEntry(mapping), inspector, mapping)) {
    shown[one.probe] = one.shown;
  }
  // Which level is in force has a file of its own: level.test.ts.
  delete shown.level;
  return shown;
}

function onlyEntry(mapping: Mapping): EdgeEntry {
  return edgeEntries(mapping)[0] as EdgeEntry;
}

/** A world where all is well: proxied, Full (strict), https alone. */
async function startGood(): Promise<CloudflareWorld> {
  const world = await startWorld();
  world.zone.settings.set("ssl", "strict").set("always_use_https", "on");
  world.zone.dnsRecords.push(dnsRecord(BLOG));
  return world;
}

function verdicts(shown: ByProbe): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(shown).map(([probe, { verdict }]) => [probe, verdict]));
}

const GOOD = {
  "ssl-mode": "good",
  "ssl-rules": "good",
  "dns-record": "good",
  around: "good",
};

describe("a zone", () => {
  it("that is as it should be has nothing amiss, and was not changed", async () => {
    const world = await startGood();
    expect(verdicts(await inspect(world))).toEqual(GOOD);
    expect(world.cloudflare.calls.every(({ method }) => method === "GET")).toBe(true);
  });

  it("that is nobody's here, or is paused, has nothing in front of the hostname", async () => {
    const world = await startGood();
    expect(verdicts(await inspect(world, "blog.example.org"))).toEqual({ zone: "problem" });
    const paused = await startWorld();
    paused.cloudflare.addZone("sub.example.com", { paused: true });
    expect(verdicts(await inspect(paused, "a.sub.example.com"))).toEqual({ zone: "problem" });
  });

  it("is not judged where Cloudflare is not asked", async () => {
    const mapping = mappingOf({ [BLOG]: { origin: `https://${BLOG}` } });
    const all: Shown[] = [];
    for await (const { shown } of inspectZone(onlyEntry(mapping), null, mapping)) all.push(shown);
    expect(all.map(({ verdict }) => verdict)).toEqual(["not-tried"]);
    expect(all[0]?.next).toContain("CLOUDFLARE_API_TOKEN");
  });

  it("is not judged in what the token may not read, which is named", async () => {
    const { cloudflare, connectAgain } = await startGood();
    cloudflare.state.tokens.set("weak", { grants: ["Zone Read"] });
    const shown = await inspect({ connection: connectAgain({ token: "weak" }) });
    expect(verdicts(shown)).toEqual({
      "ssl-mode": "not-tried",
      "ssl-rules": "not-tried",
      "page-rules": "not-tried",
      "dns-record": "not-tried",
      monitors: "not-tried",
      "origin-rules": "not-tried",
      workers: "not-tried",
      "custom-hostnames": "not-tried",
      access: "not-tried",
    });
    expect(shown["ssl-mode"]?.message).toContain("not known, because");
    expect(shown["page-rules"]?.next).toContain("Zone > Page Rules: Read");
    expect(shown["origin-rules"]?.next).toContain("Zone > Origin Rules: Read");
    expect(shown.workers?.next).toContain("Zone > Workers Routes: Read");
    expect(shown["custom-hostnames"]?.next).toContain("Zone > SSL and Certificates: Read");
    expect(shown.access?.next).toContain("Account > Access: Apps and Policies: Read");
    expect(shown["ssl-mode"]?.next).toContain("Zone > Zone Settings: Read");
    expect(shown["ssl-rules"]?.next).toContain("Zone > Config Rules: Read");
    expect(shown["dns-record"]?.next).toContain("Zone > DNS: Read");
    expect(shown.monitors?.next).toContain("Zone > Load Balancers: Read");
  });
});

describe("the SSL mode", () => {
  it.each([
    ["off", "on", "problem"],
    ["flexible", "on", "problem"],
    ["full", "off", "warning"],
    ["full", "on", "warning"],
    ["strict", "off", "warning"],
    ["strict", "on", "good"],
    ["origin_pull", "off", "good"],
  ])("%s, with Always Use HTTPS %s, is: %s", async (ssl, https, verdict) => {
    const world = await startGood();
    world.zone.settings.set("ssl", ssl).set("always_use_https", https);
    expect((await inspect(world))["ssl-mode"]?.verdict).toBe(verdict);
  });

  it.each([
    ["off", true, "problem"],
    ["flexible", true, "problem"],
    ["full", true, "warning"],
    ["flexible", false, "good"],
    ["strict", true, "good"],
    [undefined, true, "good"],
  ])("that a Configuration Rule sets to %s (enabled: %s) is: %s", async (ssl, enabled, verdict) => {
    const world = await startGood();
    const expression = `(http.host eq "${BLOG}")`;
    const rule = ssl === undefined ? {} : { ssl };
    world.zone.configurationRules.push({ expression, enabled, ...rule });
    const shown = (await inspect(world))["ssl-rules"];
    expect(shown?.verdict).toBe(verdict);
    expect(shown?.message.includes(expression)).toBe(verdict !== "good");
  });

  it.each([
    ['(http.host eq "www.example.com")', "good"],
    ['(http.host in {"www.example.com" "blog.example.com"})', "problem"],
    ["true", "problem"],
    ['(http.host eq "www.example.com" and ssl)', "warning"],
    ['not http.host eq "blog.example.com"', "warning"],
  ])("that a rule sets to flexible where %s is: %s", async (expression, verdict) => {
    const world = await startGood();
    world.zone.configurationRules.push({ expression, enabled: true, ssl: "flexible" });
    expect((await inspect(world))["ssl-rules"]?.verdict).toBe(verdict);
  });

  it.each([
    ["*example.com/*", "active", "flexible", "problem"],
    ["*example.com/*", "active", "full", "warning"],
    ["blog.example.com/shop/*", "active", "off", "problem"],
    ["http://www.example.com/*", "active", "flexible", undefined],
    ["*.example.org/*", "active", "flexible", undefined],
    ["*example.com/*", "disabled", "flexible", undefined],
    ["*example.com/*", "active", undefined, undefined],
  ] as const)("that the Page Rule %s (%s) sets to %s is: %s", async (pattern, status, ssl, is) => {
    const world = await startGood();
    world.zone.pageRules.push({ pattern, status, ...(ssl === undefined ? {} : { ssl }) });
    expect((await inspect(world))["page-rules"]?.verdict).toBe(is);
  });
});

describe("the DNS record", () => {
  const content = "11111111-1111-4111-8111-111111111111.cfargotunnel.com";
  it.each([
    ["that is not there", [], "problem"],
    ["that is DNS-only", [dnsRecord(BLOG, { proxied: false })], "problem"],
    [
      "in two, one of them DNS-only",
      [dnsRecord(BLOG), dnsRecord(BLOG, { proxied: false })],
      "problem",
    ],
    ["of a tunnel", [dnsRecord(BLOG, { type: "CNAME", content })], "problem"],
    ["of another kind alone", [dnsRecord(BLOG, { type: "TXT", proxied: false })], "problem"],
    ["beside a text", [dnsRecord(BLOG), dnsRecord(BLOG, { type: "TXT", proxied: false })], "good"],
    ["of a wildcard over it", [dnsRecord("*.example.com")], "good"],
    ["of a wildcard, DNS-only", [dnsRecord("*.example.com", { proxied: false })], "problem"],
    [
      "beside a DNS-only wildcard",
      [dnsRecord(BLOG), dnsRecord("*.example.com", { proxied: false })],
      "good",
    ],
  ])("%s is judged", async (_, records, verdict) => {
    const world = await startGood();
    world.zone.dnsRecords.splice(0, 1, ...records);
    expect((await inspect(world))["dns-record"]?.verdict).toBe(verdict);
  });

  it("may be somewhere else, for a partial zone", async () => {
    const world = await startWorld();
    world.cloudflare.addZone("partial.example.com", { type: "partial" });
    const shown = await inspect(world, "a.partial.example.com");
    expect(shown["dns-record"]?.verdict).toBe("warning");
  });
});

/** Has a load balancer of one pool answer for the hostname. */
function balance(
  { zone, cloudflare }: CloudflareWorld,
  monitor: { readonly type: "http" | "https" | "tcp"; readonly probe_zone?: string } | null,
  proxied = true,
): void {
  const [id, pool] = [hexId(), hexId()];
  if (monitor !== null) cloudflare.state.monitors.push({ id, ...monitor });
  const watched = monitor === null ? {} : { monitor: id };
  cloudflare.state.pools.push({ id: pool, name: "pool-one", ...watched });
  zone.loadBalancers.push({
    id: hexId(),
    name: BLOG,
    proxied,
    default_pools: [],
    fallback_pool: pool,
  });
}

describe("a load balancer", () => {
  it.each([
    ["https without the zone", { type: "https" } as const, "problem"],
    ["https with another zone", { type: "https", probe_zone: "example.org" } as const, "problem"],
    ["https with the zone", { type: "https", probe_zone: "example.com" } as const, "good"],
    ["tcp", { type: "tcp" } as const, "good"],
    ["none", null, "good"],
  ])("whose monitor is %s", async (_, monitor, verdict) => {
    const world = await startGood();
    balance(world, monitor);
    const { monitors } = await inspect(world);
    expect(monitors?.verdict).toBe(verdict);
    expect(monitors?.message.includes("pool-one")).toBe(verdict === "problem");
  });

  it("that is DNS-only leaves the edge out, whatever the record says", async () => {
    const world = await startGood();
    balance(world, null, false);
    expect((await inspect(world))["dns-record"]?.verdict).toBe("problem");
  });

  it("of another hostname says nothing of this one", async () => {
    const world = await startGood();
    balance(world, { type: "https" });
    expect(verdicts(await inspect(world, "shop.example.com"))).not.toHaveProperty("monitors");
  });
});
