import { describe, expect, it } from "vitest";
import { createZoneInspector } from "../../../cli/cloudflare/create-zone-inspector.ts";
import type { ProbeName, Shown } from "../../../cli/doctor/diagnosis.ts";
import { inspectWorkerRoute } from "../../../cli/doctor/inspect-worker-route.ts";
import { inspectZone } from "../../../cli/doctor/inspect-zone.ts";
import { judgeThroughEdge } from "../../../cli/doctor/judge-through-edge.ts";
import { scopeOfExpression, scopeOfPattern } from "../../../cli/doctor/rule-scope.ts";
import { edgeEntries, type EdgeEntry } from "../../../cli/edge-entries.ts";
import type { HostPattern } from "../../../shared/hostname.ts";
import { customHostname } from "../../support/cloudflare/custom-hostnames.ts";
import { hexId, type OriginRule } from "../../support/cloudflare/state.ts";
import { dnsRecord } from "../../support/cloudflare/zones.ts";
import { useCloudflare, type CloudflareWorld } from "../cloudflare/support/cloudflare-world.ts";
import { mappingOf } from "../support/mappings.ts";

const startWorld = useCloudflare();
const BLOG = "blog.example.com" as HostPattern;

async function inspect(
  { connection }: CloudflareWorld,
  hostname: string = BLOG,
  origin: string = hostname,
): Promise<Partial<Record<ProbeName, Shown>>> {
  const mapping = mappingOf({ [hostname]: { origin: `https://${origin}` } });
  const shown: Partial<Record<ProbeName, Shown>> = {};
  const entry = edgeEntries(mapping)[0] as EdgeEntry;
  for await (const one of inspectZone(entry, createZoneInspector(connection), mapping)) {
    shown[one.probe] = one.shown;
  }
  return shown;
}

describe("an Origin Rule", () => {
  const here = `(http.host eq "${BLOG}")`;
  const rule = (
    action_parameters: OriginRule["action_parameters"],
    expression = here,
  ): OriginRule => ({ expression, enabled: true, action_parameters });

  it.each([
    ["that names another Host", rule({ host_header: "app.example.net" }), "problem"],
    ["that names another SNI", rule({ sni: { value: "app.example.net" } }), "problem"],
    [
      "of which it is not known whom it is for",
      rule({ host_header: "x.example" }, "ssl"),
      "warning",
    ],
    ["for another hostname", rule({ host_header: "x.example" }, 'http.host eq "a.b"'), undefined],
    ["that is switched off", { ...rule({ host_header: "x.example" }), enabled: false }, undefined],
    ["that goes to another port", rule({ origin: { port: 8443 } }), "warning"],
    ["that goes to another address", rule({ origin: { host: "other.example.net" } }), "good"],
  ])("%s is judged", async (_, one, verdict) => {
    const world = await startWorld();
    world.zone.originRules.push(one);
    expect((await inspect(world))["origin-rules"]?.verdict).toBe(verdict);
  });

  it("is needed where the origin hostname is another than the visitor's, and for both names", async () => {
    const origin = "origin.example.net";
    const world = await startWorld();
    expect((await inspect(world, BLOG, origin))["origin-rules"]?.verdict).toBe("problem");
    world.zone.originRules.push(rule({ host_header: origin }));
    expect((await inspect(world, BLOG, origin))["origin-rules"]?.verdict).toBe("problem");
    world.zone.originRules.splice(0, 1, rule({ host_header: origin, sni: { value: origin } }));
    expect((await inspect(world, BLOG, origin))["origin-rules"]?.verdict).toBe("good");
  });
});

describe("a Worker before a hostname that the edge presents for", () => {
  it.each([
    ["example.com/*", false],
    ["blog.example.com/*", true],
    ["https://blog.example.com/api/*", true],
    ["*.example.com/*", true],
    ["*blog.example.com/*", true],
    ["*.blog.example.com/*", false],
    ["*/*", true],
  ])("by the route %s is told of: %s", async (pattern, is) => {
    const world = await startWorld();
    world.zone.routes.set(hexId(), { pattern, script: "gateway" });
    const { workers } = await inspect(world);
    expect(workers?.verdict).toBe(is ? "warning" : undefined);
    expect(workers?.message.includes("not known, because") ?? false).toBe(is);
  });

  it("by a route without a Worker is none", async () => {
    const world = await startWorld();
    world.zone.routes.set(hexId(), { pattern: `${BLOG}/*`, script: "" });
    expect((await inspect(world)).workers).toBeUndefined();
  });

  it("by a custom domain is its origin: nothing is pulled", async () => {
    const world = await startWorld();
    world.cloudflare.state.workerDomains.push(
      { hostname: "www.example.com", service: "other" },
      { hostname: BLOG, service: "gateway" },
    );
    expect((await inspect(world)).workers?.verdict).toBe("problem");
  });
});

describe("a hostname that a Worker presents for", () => {
  it("has to lead to a Worker, by a route or a custom domain", async () => {
    const world = await startWorld();
    const inspector = createZoneInspector(world.connection);
    expect((await inspectWorkerRoute(BLOG, inspector)).verdict).toBe("problem");
    world.zone.routes.set(hexId(), { pattern: `${BLOG}/*`, script: "gateway" });
    expect((await inspectWorkerRoute(BLOG, inspector)).verdict).toBe("good");
    const elsewhere = await inspectWorkerRoute("blog.example.org" as HostPattern, inspector);
    expect(elsewhere.verdict).toBe("problem");
  });
});

describe("a custom hostname (Cloudflare for SaaS)", () => {
  const APP = "app.customer.test";

  it.each([
    ["from the fallback origin", {}, "warning", "documented nowhere"],
    ["not active yet", { status: "pending" }, "warning", "pending"],
    [
      "with an origin of its own, whose name the handshake has",
      { custom_origin_server: "origin.example.com" },
      "problem",
      "421",
    ],
    [
      "with an origin of its own, under its own name",
      { custom_origin_server: "origin.example.com", custom_origin_sni: ":request_host_header:" },
      "warning",
      "documented nowhere",
    ],
  ])("%s is judged, and so is the zone that serves it", async (_, changes, verdict, said) => {
    const world = await startWorld();
    // Found by its whole name, and by no other that begins with it.
    world.zone.customHostnames.push(customHostname(`${APP}.example`), customHostname(APP, changes));
    const shown = await inspect(world, APP);
    expect(shown.zone?.verdict).toBe("good");
    expect(shown["custom-hostnames"]?.verdict).toBe(verdict);
    expect(shown["custom-hostnames"]?.message).toContain(said);
    expect(shown["ssl-mode"]?.verdict).toBe("warning");
  });

  it("that nobody serves has nothing in front of it", async () => {
    const world = await startWorld();
    world.zone.customHostnames.push(customHostname(`${APP}.example`));
    expect((await inspect(world, APP)).zone?.verdict).toBe("problem");
  });

  it.each([
    ["the fallback origin", BLOG, {}, "warning"],
    ["its own origin", null, { custom_origin_server: BLOG }, "warning"],
    ["another", "www.example.com", {}, undefined],
  ])(
    "that is pulled from %s, and not mapped, is told of",
    async (_, fallback, changes, verdict) => {
      const world = await startWorld();
      world.zone.fallbackOrigin = fallback;
      world.zone.customHostnames.push(customHostname(APP, changes));
      expect((await inspect(world))["custom-hostnames"]?.verdict).toBe(verdict);
    },
  );
});

describe("Cloudflare Access", () => {
  it.each([
    [{ domain: BLOG }, true],
    [{ domain: "*.example.com/admin" }, true],
    [{ domain: "a.example.com", self_hosted_domains: [`${BLOG}/api`] }, true],
    [{ domain: "www.example.com" }, false],
  ])("of %j changes nothing for pulls, which is said: %s", async (application, is) => {
    const world = await startWorld();
    world.cloudflare.state.accessApplications.push({ name: "staff", ...application });
    expect((await inspect(world)).access?.verdict).toBe(is ? "good" : undefined);
  });
});

describe("a DNS record", () => {
  it("of a wildcard leads names to the origin that the mapping does not know", async () => {
    const world = await startWorld();
    world.zone.dnsRecords.push(dnsRecord("*.example.com"));
    expect((await inspect(world))["dns-record"]?.message).toContain("by *.example.com");
  });

  it("of a partial zone says where the other one has to lead", async () => {
    const world = await startWorld();
    const partial = world.cloudflare.addZone("partial.example.com", { type: "partial" });
    partial.dnsRecords.push(dnsRecord("a.partial.example.com"));
    const shown = await inspect(world, "a.partial.example.com");
    expect(shown["dns-record"]?.verdict).toBe("good");
    expect(shown["dns-record"]?.message).toContain("a.partial.example.com.cdn.cloudflare.net");
  });
});

describe("the scope of a rule", () => {
  it.each([
    ["true", BLOG, "all"],
    [`http.host eq "${BLOG}"`, BLOG, "all"],
    [`( http.host == "${BLOG}" )`, BLOG, "all"],
    ['http.host in {"a.example" "b.example"}', BLOG, "none"],
    ['http.host eq "a.tenant.example"', "*.tenant.example", "some"],
    [`http.host eq "${BLOG}" or ssl`, BLOG, "unknown"],
    [`http.host ne "${BLOG}"`, BLOG, "unknown"],
  ] as const)("%s is, for %s: %s", (expression, hostname, scope) => {
    expect(scopeOfExpression(expression, hostname as HostPattern)).toBe(scope);
  });

  it.each([
    ["*blog.example.com/*", BLOG, "all"],
    ["blog.example.com/", BLOG, "some"],
    ["https://*.example.com/a/*", BLOG, "some"],
    ["blogXexample.com/*", BLOG, "none"],
    ["a.tenant.example/*", "*.tenant.example", "unknown"],
  ] as const)("of the Page Rule %s is, for %s: %s", (pattern, hostname, scope) => {
    expect(scopeOfPattern(pattern, hostname as HostPattern)).toBe(scope);
  });
});

const answered = (status: number, refusal: string | null = null): Shown =>
  judgeThroughEdge(BLOG, {
    answer: { status, refusal, failed: null, server: null, throughCloudflare: true },
    error: null,
  });

describe("what a visitor is answered through the edge", () => {
  it.each([
    [200, "good"],
    [404, "good"],
    [500, "warning"],
    [520, "problem"],
    [521, "problem"],
    [525, "problem"],
    [526, "problem"],
  ])("%i is: %s", (status, verdict) => {
    expect(answered(status).verdict).toBe(verdict);
  });

  it("with Pull-Refusal is the verifier's own, and no Worker is missed", () => {
    const shown = answered(403, "abcdefgh");
    expect(shown.verdict).toBe("problem");
    expect(shown.next).toContain("grep abcdefgh");
    expect(`${shown.message}${shown.next}`).not.toContain("Worker");
  });

  it("is nothing where nobody answers", () => {
    expect(judgeThroughEdge(BLOG, { answer: null, error: "ENOTFOUND" }).verdict).toBe("problem");
  });
});
