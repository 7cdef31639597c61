import { describe, expect, it } from "vitest";
import { createZoneInspector } from "../../../cli/cloudflare/create-zone-inspector.ts";
import type { Shown } from "../../../cli/doctor/diagnosis.ts";
import { inspectZone } from "../../../cli/doctor/inspect-zone.ts";
import { edgeEntries, type EdgeEntry } from "../../../cli/edge-entries.ts";
import type { Level } from "../../../cli/local-edge/level-in-force.ts";
import { fingerprintOf } from "../../../origin-verifier/certificate/fingerprint-of.ts";
import type { HostnameAopCertificateId } from "../../../shared/certificate-id.ts";
import type { Fingerprint } from "../../../shared/fingerprint.ts";
import { parseMapping, type Mapping } from "../../../shared/mapping.ts";
import {
  leafText,
  SETTLED,
  useCloudflare,
  type CloudflareWorld,
} from "../cloudflare/support/cloudflare-world.ts";
import { X509Certificate } from "node:crypto";

const startWorld = useCloudflare();
const BLOG = "blog.example.com";
const FOREIGN = `sha256:${"f".repeat(64)}` as Fingerprint;

interface Uploaded {
  readonly fingerprint: Fingerprint;
  readonly text: ReturnType<typeof leafText>["text"];
}

function certificate(): Uploaded {
  const { text } = leafText(BLOG);
  return { fingerprint: fingerprintOf(new X509Certificate(text.certificate).raw), text };
}

function mappingWith(level: Level, listed: readonly Fingerprint[]): Mapping {
  const shared = level === "shared";
  const parsed = parseMapping({
    version: 1,
    issuers: {
      own: { certificates: "issuer.pem" },
      cloudflare: { shared: true, certificates: "shared.pem" },
    },
    hosts: {
      [BLOG]: {
        origin: `https://${BLOG}`,
        present: { by: "edge", level },
        accept: shared
          ? { issuer: "cloudflare", certificates: "issued", alone: true }
          : { issuer: "own", certificates: listed },
      },
    },
  });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.value;
}

/** What doctor says of the level, and of forgotten toggles. */
async function look(
  { connection }: CloudflareWorld,
  level: Level,
  listed: readonly Fingerprint[] = [FOREIGN],
): Promise<{ readonly level: Shown | undefined; readonly forgotten: Shown | undefined }> {
  const mapping = mappingWith(level, listed);
  const inspector = createZoneInspector(connection);
  const shown = new Map<string, Shown>();
  for await (const one of inspectZone(edgeEntries(mapping)[0] as EdgeEntry, inspector, mapping)) {
    shown.set(one.probe, one.shown);
  }
  return { level: shown.get("level"), forgotten: shown.get("forgotten-toggle") };
}

async function associate(
  { writer, zone, clock }: CloudflareWorld,
  { text }: Uploaded,
): Promise<HostnameAopCertificateId> {
  const id = await writer.uploadHostnameCertificate(zone.id, text);
  clock.advance(SETTLED);
  await writer.associate(zone.id, BLOG, id, true);
  clock.advance(SETTLED);
  return id;
}

async function presentForZone(
  { writer, zone, clock }: CloudflareWorld,
  { text }: Uploaded,
): Promise<void> {
  await writer.uploadZoneCertificate(zone.id, text);
  clock.advance(SETTLED);
  await writer.setZoneEnabled(zone.id, true);
  clock.advance(SETTLED);
}

describe("nothing is presented", () => {
  it.each(["hostname", "zone", "shared"] as const)(
    "on level %s where nothing is on",
    async (on) => {
      const { level } = await look(await startWorld(), on);
      expect(level?.verdict).toBe("problem");
      expect(level?.message).toContain("nothing is presented");
      expect(level?.next).toContain("pullproof apply");
    },
  );

  it("where the association says false, although the zone's level is on", async () => {
    const world = await startWorld();
    const [own, zones] = [certificate(), certificate()];
    await presentForZone(world, zones);
    const certificateId = await associate(world, own);
    const standing = world.zone.associations.get(BLOG);
    if (standing === undefined) throw new Error("no association");
    world.zone.associations.set(BLOG, { ...standing, certificateId, enabled: false });
    const { level } = await look(world, "hostname", [own.fingerprint]);
    expect(level?.verdict).toBe("problem");
    expect(level?.message).toContain("enabled: false");
    // The fake's own reading of the documentation agrees.
    expect(world.cloudflare.edgePresents(world.zone, BLOG)).toEqual([{ level: "none" }]);
  });

  it("by a zone level that is on without a certificate", async () => {
    const world = await startWorld();
    await world.writer.setZoneEnabled(world.zone.id, true);
    const { level } = await look(world, "zone");
    expect(level?.message).toContain("without a certificate");
  });
});

describe("another level than the mapping's is in force", () => {
  it("where the zone presents its own, and the mapping says shared", async () => {
    const world = await startWorld();
    await world.writer.setTlsClientAuth(world.zone.id, true);
    await presentForZone(world, certificate());
    const { level } = await look(world, "shared");
    expect(level?.verdict).toBe("problem");
    expect(level?.message).toContain("level zone is in force");
  });

  it.each(["zone", "shared"] as const)(
    "where an association is left behind, and the mapping says %s",
    async (wanted) => {
      const world = await startWorld();
      await world.writer.setTlsClientAuth(world.zone.id, true);
      const own = certificate();
      if (wanted === "zone") await presentForZone(world, own);
      await associate(world, certificate());
      const { level } = await look(world, wanted, [own.fingerprint]);
      expect(level?.verdict).toBe("problem");
      expect(level?.message).toContain("left behind");
    },
  );

  it.each([
    ["zone", "off"],
    ["hostname", "has no association"],
  ] as const)("where the global toggle answers for level %s", async (wanted, why) => {
    const world = await startWorld();
    await world.writer.setTlsClientAuth(world.zone.id, true);
    const { level } = await look(world, wanted);
    expect(level?.verdict).toBe("problem");
    expect(level?.message).toContain("level shared is in force");
    expect(level?.message).toContain(why);
  });

  it("where an association was removed: null falls back to the zone's level", async () => {
    const world = await startWorld();
    const own = certificate();
    await presentForZone(world, certificate());
    const id = await associate(world, own);
    await world.writer.associate(world.zone.id, BLOG, id, null);
    world.clock.advance(SETTLED);
    const { level } = await look(world, "hostname", [own.fingerprint]);
    expect(level?.message).toContain("level zone is in force");
  });
});

describe("the level of the mapping is in force", () => {
  it("and presents what is listed", async () => {
    const world = await startWorld();
    const own = certificate();
    await associate(world, own);
    const { level, forgotten } = await look(world, "hostname", [own.fingerprint]);
    expect(level?.verdict).toBe("good");
    expect(level?.message).toContain(own.fingerprint.slice(0, 19));
    expect(forgotten).toBeUndefined();
  });

  it.each(["hostname", "zone"] as const)(
    "%s, and presents what the mapping does not list",
    async (wanted) => {
      const world = await startWorld();
      await (wanted === "zone" ? presentForZone : associate)(world, certificate());
      const { level } = await look(world, wanted);
      expect(level?.verdict).toBe("problem");
      expect(level?.message).toContain("every pull is refused");
    },
  );

  it("zone, with two certificates of which one is not listed", async () => {
    const world = await startWorld();
    const own = certificate();
    await presentForZone(world, own);
    await world.writer.uploadZoneCertificate(world.zone.id, certificate().text);
    const { level } = await look(world, "zone", [own.fingerprint]);
    expect(level?.verdict).toBe("problem");
    expect(level?.message).toContain("may present any");
  });

  it("and the association is on its way", async () => {
    const world = await startWorld();
    const own = certificate();
    const id = await world.writer.uploadHostnameCertificate(world.zone.id, own.text);
    world.clock.advance(SETTLED);
    await world.writer.associate(world.zone.id, BLOG, id, true);
    const { level } = await look(world, "hostname", [own.fingerprint]);
    expect(level?.verdict).toBe("warning");
  });

  it("shared, which is warned about each time", async () => {
    const world = await startWorld();
    await world.writer.setTlsClientAuth(world.zone.id, true);
    const { level, forgotten } = await look(world, "shared");
    expect(level?.verdict).toBe("warning");
    expect(level?.message).toContain("every customer's zone");
    expect(forgotten).toBeUndefined();
  });
});

describe("a toggle that nobody remembers", () => {
  it("is told of: the zone's level and the global one, where no entry relies on them", async () => {
    const world = await startWorld();
    const own = certificate();
    await associate(world, own);
    await presentForZone(world, certificate());
    await world.writer.setTlsClientAuth(world.zone.id, true);
    const { level, forgotten } = await look(world, "hostname", [own.fingerprint]);
    expect(level?.verdict).toBe("good");
    expect(forgotten?.verdict).toBe("warning");
    expect(forgotten?.message).toContain("zone's own and Cloudflare's shared");
  });

  it("changes nothing by being told of", async () => {
    const world = await startWorld();
    await look(world, "hostname");
    expect(world.cloudflare.calls.every(({ method }) => method === "GET")).toBe(true);
  });
});
