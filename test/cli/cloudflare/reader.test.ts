import { describe, expect, it } from "vitest";
import type { HostPattern } from "../../../shared/hostname.ts";
import type { Observation } from "../../../cli/observe/observed.ts";
import { createCloudflareReader } from "../../../cli/cloudflare/create-reader.ts";
import { listDnsRecords } from "../../../cli/cloudflare/list-dns-records.ts";
import { dnsRecord } from "../../support/cloudflare/zones.ts";
import {
  leafText,
  SETTLED,
  useCloudflare,
  type CloudflareWorld,
} from "./support/cloudflare-world.ts";
import { deployWorker, uploadVersion } from "./support/workers.ts";

const startWorld = useCloudflare();
const SHOP = "shop.example.com" as HostPattern;
const BLOG = "blog.example.com" as HostPattern;

/** The value, or why there is none. */
function valueOf<T>(observation: Observation<T>): T | string {
  return observation.known ? observation.value : observation.why;
}

async function ids({ reader }: CloudflareWorld): Promise<unknown> {
  const seen = await reader.accountCertificates();
  return seen.known ? seen.value.map(({ id }) => id) : seen.why;
}

describe("what cannot be had", () => {
  it("is said with the permission that the token lacks, and is never taken for an empty store", async () => {
    const { cloudflare, connectAgain, zone } = await startWorld();
    cloudflare.state.tokens.set("weak", { grants: ["Zone Read"] });
    const reader = createCloudflareReader(connectAgain({ token: "weak" }));
    const missing = [
      [await reader.accountCertificates(), "Account > SSL and Certificates: Read"],
      [await reader.hostnameCertificates(zone.id), "Zone > SSL and Certificates: Read"],
      [await reader.associations(zone.id, [SHOP]), "Zone > SSL and Certificates: Read"],
      [await reader.zoneLevel(zone.id), "Zone > SSL and Certificates: Read"],
      [await reader.ssl(zone.id), "Zone > Zone Settings: Read"],
      [await reader.tlsClientAuth(zone.id), "Zone > Zone Settings: Read"],
      [await reader.deployment("pullproof"), "Account > Workers Scripts: Read"],
    ] as const;
    for (const [seen, permission] of missing) {
      expect(valueOf<unknown>(seen)).toContain(permission);
      expect(seen.known).toBe(false);
    }
    expect(await reader.zoneOf(SHOP)).toMatchObject({ known: true, value: { id: zone.id } });
  });

  it("is said where the token is nobody's", async () => {
    const { connectAgain } = await startWorld();
    const reader = createCloudflareReader(connectAgain({ token: "nobody-s" }));
    expect(await reader.accountCertificates()).toMatchObject({ known: false });
  });

  it("is said where Cloudflare stays away", async () => {
    const { cloudflare, reader } = await startWorld();
    cloudflare.inject({ fault: "answer", status: 503, times: 1000 });
    expect(valueOf(await reader.ssl("x"))).toContain("503");
  });

  it.each([
    ["a status that nobody knows", { status: "half_active" }],
    ["an id that is none", { id: "../settings" }],
  ])("is what is told with %s", async (_, change) => {
    const { cloudflare, reader } = await startWorld();
    const told = { id: "2458ce5a-0c35-4c7f-82c7-8e9487d3ff60", status: "active", ...change };
    cloudflare.inject({ fault: "say", result: [told] });
    expect(valueOf(await reader.hostnameCertificates("x"))).toContain("a form that is not known");
  });

  it("is an association that does not say whether it is enabled", async () => {
    const { cloudflare, reader } = await startWorld();
    const told = { hostname: SHOP, cert_id: "2458ce5a-0c35-4c7f-82c7-8e9487d3ff60" };
    cloudflare.inject({ fault: "say", result: [told] });
    expect(valueOf(await reader.associations("x", [SHOP]))).toContain("without enabled");
  });
});

describe("the account's store", () => {
  it("may be null, which is empty", async () => {
    const world = await startWorld();
    expect(await ids(world)).toEqual([]);
  });

  it("is read to its last page", async () => {
    const world = await startWorld();
    const { cloudflare, writer } = world;
    const id = await writer.uploadAccountCertificate("shop", leafText().text);
    const held = cloudflare.state.accountCertificates.get(id);
    if (held === undefined) throw new Error("not there");
    const uploaded = Array.from({ length: 120 }, (_, n) => {
      return `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`;
    });
    for (const one of uploaded) cloudflare.state.accountCertificates.set(one, { ...held, id: one });
    expect(await ids(world)).toEqual([id, ...uploaded]);
  });

  it("is told without its CA certificates, which no Worker presents", async () => {
    const world = await startWorld();
    const id = await world.writer.uploadAccountCertificate("shop", leafText().text);
    const held = world.cloudflare.state.accountCertificates.get(id);
    if (held === undefined) throw new Error("not there");
    world.cloudflare.state.accountCertificates.set("ca", { ...held, id: "ca", ca: true });
    expect(await ids(world)).toEqual([id]);
  });
});

describe("a Worker", () => {
  it("that is not there has no deployment", async () => {
    const { reader } = await startWorld();
    expect(await reader.deployment("pullproof")).toEqual({ known: true, value: null });
  });

  it("presents what its deployed versions bind, and a rollback brings back what others do", async () => {
    const world = await startWorld();
    const { reader, writer, cloudflare } = world;
    const [old, next, last] = await Promise.all(
      ["old", "next", "last"].map((name) =>
        writer.uploadAccountCertificate(name, leafText(`${name}.example.com`).text),
      ),
    );
    if (old === undefined || next === undefined || last === undefined) throw new Error("missing");
    const versions = [old, next, last].map((id, n) =>
      uploadVersion(cloudflare, "pullproof", { PULL_CERT_SHOP: id }, n),
    );
    deployWorker(cloudflare, "pullproof", { [versions[1] ?? ""]: 90, [versions[2] ?? ""]: 10 });
    const seen = await reader.deployment("pullproof");
    expect(seen).toMatchObject({
      known: true,
      value: {
        versions: [
          { id: versions[1], percentage: 90, bindings: { PULL_CERT_SHOP: next } },
          { id: versions[2], percentage: 10, bindings: { PULL_CERT_SHOP: last } },
        ],
        earlier: [{ id: versions[0], percentage: 0, bindings: { PULL_CERT_SHOP: old } }],
      },
    });
    // A version never changes: looking again asks for the two lists alone.
    const before = cloudflare.calls.length;
    expect(await reader.deployment("pullproof")).toEqual(seen);
    expect(cloudflare.calls.length - before).toBe(2);
  });
});

describe("the zone of a hostname", () => {
  it.each([
    ["shop.example.com", "example.com"],
    ["example.com", "example.com"],
    ["a.b.sub.example.com", "sub.example.com"],
    ["*.sub.example.com", "sub.example.com"],
    ["shop.badexample.com", null],
    ["shop.example.org", null],
  ])("of %s is %s", async (hostname, name) => {
    const { reader, cloudflare } = await startWorld();
    cloudflare.addZone("sub.example.com");
    const seen = await reader.zoneOf(hostname as HostPattern);
    expect(seen.known ? (seen.value?.name ?? null) : seen.why).toBe(name);
    expect(cloudflare.calls.length).toBe(1);
  });

  it("is asked for by name where the account has more zones than a page, and once", async () => {
    const { reader, cloudflare, zone } = await startWorld();
    for (let n = 0; n < 60; n += 1) cloudflare.addZone(`zone-${n}.example.net`);
    await reader.zoneOf(SHOP);
    expect(await reader.zoneOf(SHOP)).toEqual({
      known: true,
      value: { id: zone.id, name: "example.com" },
    });
    expect(cloudflare.calls.length).toBe(3);
  });
});

describe("Authenticated Origin Pulls", () => {
  it.each([[true], [false]])(
    "are read with their three states of enabled, list of associations: %s",
    async (listAssociations) => {
      const { reader, writer, zone, clock } = await startWorld({ features: { listAssociations } });
      const { leaf, text } = leafText();
      const id = await writer.uploadHostnameCertificate(zone.id, text);
      clock.advance(SETTLED);
      expect(valueOf(await reader.associations(zone.id, [SHOP, BLOG]))).toEqual([]);
      await writer.associate(zone.id, SHOP, id, true);
      const before = [...zone.associations.values()];
      zone.associations.set(BLOG, { ...before[0], enabled: false } as never);
      clock.advance(SETTLED);
      expect(valueOf(await reader.associations(zone.id, [SHOP, BLOG]))).toMatchObject([
        { hostname: SHOP, certificateId: id, enabled: true, status: "active" },
        { hostname: BLOG, certificateId: id, enabled: false, status: "active" },
      ]);
      await writer.associate(zone.id, SHOP, id, null);
      expect(valueOf(await reader.associations(zone.id, [SHOP]))).toContainEqual({
        hostname: SHOP,
        certificateId: id,
        enabled: null,
        status: "pending_deletion",
        since: clock.now(),
      });
      expect(valueOf(await reader.hostnameCertificates(zone.id))).toMatchObject([
        { id, status: "active", text: leaf.certificate.toString() },
      ]);
    },
  );

  it("show what was deleted as deleted", async () => {
    const { reader, writer, zone, clock } = await startWorld();
    const id = await writer.uploadZoneCertificate(zone.id, leafText().text);
    clock.advance(SETTLED);
    expect(await writer.deleteZoneCertificate(zone.id, id)).toBe("deleted");
    clock.advance(SETTLED);
    expect(valueOf(await reader.zoneLevel(zone.id))).toMatchObject({
      enabled: false,
      certificates: [{ id, status: "deleted" }],
    });
  });

  it("show their switches and the SSL mode", async () => {
    const { reader, writer, zone } = await startWorld();
    await writer.setZoneEnabled(zone.id, true);
    await writer.setTlsClientAuth(zone.id, true);
    zone.settings.set("ssl", "strict");
    expect(await reader.tlsClientAuth(zone.id)).toEqual({ known: true, value: true });
    expect(await reader.ssl(zone.id)).toEqual({ known: true, value: "strict" });
    expect(await reader.zoneLevel(zone.id)).toMatchObject({ value: { enabled: true } });
  });
});

describe("DNS records", () => {
  it("of a name say whether the edge answers, and whether a tunnel does", async () => {
    const { connection, zone } = await startWorld();
    const content = "11111111-1111-4111-8111-111111111111.cfargotunnel.com";
    zone.dnsRecords.push(
      dnsRecord(SHOP),
      dnsRecord(BLOG, { type: "CNAME", content }),
      dnsRecord("direct.example.com", { proxied: false }),
    );
    const seen = await Promise.all(
      [SHOP, BLOG, "direct.example.com"].map((name) => listDnsRecords(connection, zone.id, name)),
    );
    expect(seen.flat()).toMatchObject([
      { name: SHOP, proxied: true, isTunnel: false },
      { name: BLOG, proxied: true, isTunnel: true },
      { name: "direct.example.com", proxied: false, isTunnel: false },
    ]);
    expect(await listDnsRecords(connection, zone.id, "nobody.example.com")).toEqual([]);
  });
});
