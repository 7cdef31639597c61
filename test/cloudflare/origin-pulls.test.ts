import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { mint, mintCa, mintLeaf, type Minted } from "../support/certificates.ts";
import { manualClock, type ManualClock } from "../support/cloudflare/clock.ts";
import {
  startFakeCloudflare,
  type FakeCloudflare,
} from "../support/cloudflare/start-fake-cloudflare.ts";
import type { Zone } from "../support/cloudflare/state.ts";
import { freshKeys } from "../support/keys.ts";
import { callApi, type Answered } from "./support/call-api.ts";

const SHOP = "shop.example.com";
const issuer = mintCa();
const timings = { initializing: 1000, deploying: 10_000, deleting: 100_000 };
/** Longer than anything takes. */
const LONG = 200_000;

let cloudflare: FakeCloudflare;
let clock: ManualClock;
let zone: Zone;

beforeEach(async () => {
  clock = manualClock();
  cloudflare = await startFakeCloudflare({ clock, timings });
  zone = cloudflare.addZone("example.com");
});

afterEach(async () => await cloudflare.close());

async function aop(method: string, path: string, body?: unknown): Promise<Answered> {
  return await callApi(cloudflare, method, `/zones/${zone.id}/origin_tls_client_auth${path}`, body);
}

function bodyOf(leaf: Minted, key = leaf.keyPem) {
  return { certificate: leaf.pem, private_key: key };
}

const HOSTNAMES = "/hostnames/certificates";

/** Uploads to the hostname level, and waits until it is active where that is asked for. */
async function upload(leaf = mintLeaf(issuer), isWaiting = true): Promise<string> {
  const { result } = await aop("POST", HOSTNAMES, bodyOf(leaf));
  if (isWaiting) clock.advance(LONG);
  return (result as { id: string }).id;
}

async function statusOf(id: string): Promise<unknown> {
  const { result } = await aop("GET", `${HOSTNAMES}/${id}`);
  return (result as { status: string }).status;
}

async function associate(id: string | null, enabled: unknown, hostname = SHOP): Promise<Answered> {
  return await aop("PUT", "/hostnames", { config: [{ hostname, cert_id: id, enabled }] });
}

function presented(hostname = SHOP): readonly string[] {
  return cloudflare
    .edgePresents(zone, hostname)
    .map((one) => ("fingerprint" in one ? `${one.level} ${one.fingerprint}` : one.level));
}

describe("what the stores refuse", () => {
  const leaf = mintLeaf(issuer);
  it.each<[string, () => { certificate: string; private_key: string }, number | null]>([
    ["no PEM", () => ({ certificate: "no", private_key: leaf.keyPem }), 1408],
    ["a key in the certificate's place", () => bodyOf({ ...leaf, pem: leaf.keyPem }), 1408],
    ["both in one", () => bodyOf({ ...leaf, pem: leaf.pem + leaf.keyPem }), 1408],
    ["no key", () => bodyOf(leaf, "no"), 1408],
    ["a CA", () => bodyOf(issuer), 1412],
    ["a chain", () => bodyOf({ ...leaf, pem: leaf.pem + issuer.pem }), 1412],
    ["X.509 v1", () => bodyOf(mint({ by: issuer, version: 1 })), 1412],
    ["one without basicConstraints", () => bodyOf(mint({ by: issuer, extensions: [] })), 1412],
    ["another's key", () => bodyOf(leaf, mint({ keys: freshKeys() }).keyPem), 1000],
  ])("%s", async (_, body, code) => {
    expect(await aop("POST", HOSTNAMES, body())).toMatchObject({ status: 400, code });
    expect(await aop("POST", "", body())).toMatchObject({ status: 400, code });
    expect((await aop("GET", HOSTNAMES)).result).toBe(null);
  });

  it("the same certificate, whatever its white space, but not at the other level", async () => {
    await upload(leaf);
    const again = { ...bodyOf(leaf), certificate: leaf.pem.replaceAll("\n", "\r\n") };
    expect(await aop("POST", HOSTNAMES, again)).toMatchObject({ status: 409, code: 1406 });
    expect((await aop("POST", "", bodyOf(leaf))).status).toBe(200);
  });

  it("the eleventh hostname certificate of a zone, until one is deleted", async () => {
    const ids = [];
    for (let n = 0; n < 10; n += 1) ids.push(await upload());
    const eleventh = mintLeaf(issuer);
    expect((await aop("POST", HOSTNAMES, bodyOf(eleventh))).status).toBe(400);
    await aop("DELETE", `${HOSTNAMES}/${ids[0]}`);
    expect((await aop("POST", HOSTNAMES, bodyOf(eleventh))).status).toBe(400);
    clock.advance(LONG);
    expect((await aop("POST", HOSTNAMES, bodyOf(eleventh))).status).toBe(200);
  });

  it("a change while another is in progress, and takes it afterwards", async () => {
    const [one, other] = [mintLeaf(issuer), mintLeaf(issuer)];
    const both = await Promise.all([
      aop("POST", HOSTNAMES, bodyOf(one)),
      aop("POST", "", bodyOf(other)),
    ]);
    expect(new Set(both.map(({ status }) => status))).toEqual(new Set([200, 409]));
    expect((await aop("PUT", "/settings", { enabled: true })).status).toBe(200);
  });
});

describe("a hostname certificate", () => {
  it("becomes active, is deleted, stays readable, and comes back under its id", async () => {
    const leaf = mintLeaf(issuer);
    const id = await upload(leaf, false);
    const seen = [await statusOf(id)];
    clock.advance(1000);
    seen.push(await statusOf(id));
    expect(await aop("DELETE", `${HOSTNAMES}/${id}`)).toMatchObject({ code: 1434 });
    clock.advance(10_000);
    seen.push(await statusOf(id));
    await aop("DELETE", `${HOSTNAMES}/${id}`);
    seen.push(await statusOf(id));
    expect(await aop("DELETE", `${HOSTNAMES}/${id}`)).toMatchObject({ code: 1414 });
    expect(await aop("POST", HOSTNAMES, bodyOf(leaf))).toMatchObject({ code: 1414 });
    clock.advance(100_000);
    seen.push(await statusOf(id));
    expect(await aop("DELETE", `${HOSTNAMES}/${id}`)).toMatchObject({ status: 404, code: 1551 });
    expect(seen).toEqual([
      "initializing",
      "pending_deployment",
      "active",
      "pending_deletion",
      "deleted",
    ]);
    expect(await upload(leaf, false)).toBe(id);
    expect(await statusOf(id)).toBe("initializing");
  });

  it("may time out on both of its ways", async () => {
    cloudflare.inject({ fault: "time-out", method: "POST" });
    const id = await upload();
    expect(await statusOf(id)).toBe("deployment_timed_out");
    expect(await associate(id, true)).toMatchObject({ code: 1434 });
    cloudflare.inject({ fault: "time-out", method: "DELETE" });
    await aop("DELETE", `${HOSTNAMES}/${id}`);
    clock.advance(LONG);
    expect(await statusOf(id)).toBe("deletion_timed_out");
  });

  it("that a hostname uses stays, also while the association is being voided", async () => {
    const id = await upload();
    await associate(id, true);
    clock.advance(LONG);
    expect(await aop("DELETE", `${HOSTNAMES}/${id}`)).toMatchObject({ code: 1433 });
    await associate(id, null);
    expect(await aop("DELETE", `${HOSTNAMES}/${id}`)).toMatchObject({ code: 1433 });
    clock.advance(LONG);
    expect((await aop("DELETE", `${HOSTNAMES}/${id}`)).status).toBe(200);
  });

  it("is never told with its key", async () => {
    const leaf = mintLeaf(issuer);
    const told = JSON.stringify([
      await aop("POST", HOSTNAMES, bodyOf(leaf)),
      await aop("GET", HOSTNAMES),
    ]);
    expect(told).not.toContain("PRIVATE KEY");
    expect(told).not.toContain(leaf.keyPem.split("\n")[1]);
  });
});

describe("an association", () => {
  it("needs a certificate of the hostname level, also to be voided", async () => {
    const { result } = await aop("POST", "", bodyOf(mintLeaf(issuer)));
    clock.advance(LONG);
    const hostnames = [
      await associate(null, true),
      await associate(null, null),
      await associate((result as { id: string }).id, true),
      await associate("2458ce5a-0c35-4c7f-82c7-8e9487d3ff60", true),
    ];
    expect(hostnames.map(({ code }) => code)).toEqual([1404, 1404, 1415, 1551]);
  });

  it("is made for an active certificate and a hostname of the zone alone, all of a list or none", async () => {
    const id = await upload();
    const young = await upload(mintLeaf(issuer), false);
    expect(await associate(young, true)).toMatchObject({ code: 1434 });
    expect((await associate(id, true, "shop.example.org")).status).toBe(400);
    const config = [
      { hostname: SHOP, cert_id: id, enabled: true },
      { hostname: "blog.example.com", cert_id: null, enabled: true },
    ];
    expect(await aop("PUT", "/hostnames", { config })).toMatchObject({ code: 1404 });
    expect((await aop("GET", "/hostnames")).result).toBe(null);
  });

  it("is read alone, and is not there before it is made and after it is void", async () => {
    const id = await upload();
    const none = { status: 404, code: 1553 };
    expect(await aop("GET", `/hostnames/${SHOP}`)).toMatchObject(none);
    expect(await associate(id, null)).toMatchObject(none);
    const { result } = await associate(id, true);
    expect(result).toMatchObject([{ hostname: SHOP, cert_id: id, enabled: true }]);
    await associate(id, null);
    expect((await aop("GET", `/hostnames/${SHOP}`)).result).toMatchObject({ enabled: null });
    clock.advance(LONG);
    expect(await aop("GET", `/hostnames/${SHOP}`)).toMatchObject(none);
  });

  it("leaves the hostnames alone that it does not name, up to a hundred of a certificate", async () => {
    const id = await upload();
    const config = Array.from({ length: 100 }, (_, n) => ({
      hostname: `${n}.example.com`,
      cert_id: id,
      enabled: true,
    }));
    expect((await aop("PUT", "/hostnames", { config: config.slice(0, 99) })).status).toBe(200);
    expect((await aop("PUT", "/hostnames", { config: config.slice(99) })).status).toBe(200);
    expect((await associate(id, true)).status).toBe(400);
    expect((await associate(id, false, "0.example.com")).status).toBe(200);
    const page = await aop("GET", "/hostnames?page=3&per_page=40");
    expect(page.result).toHaveLength(20);
    expect(page.info).toMatchObject({ page: 3, count: 20, total_count: 100, total_pages: 3 });
  });

  it("has a list that not every account has", async () => {
    const older = await startFakeCloudflare({ features: { listAssociations: false } });
    const { id } = older.addZone("example.com");
    const path = `/zones/${id}/origin_tls_client_auth/hostnames`;
    expect((await callApi(older, "GET", path)).status).toBe(405);
    await older.close();
  });
});

describe("what the edge presents", () => {
  it("is by hostname, then by zone, then for everybody; false is nothing at all", async () => {
    const [one, other] = [mintLeaf(issuer), mintLeaf(issuer)];
    expect(presented()).toEqual(["none"]);
    zone.settings.set("tls_client_auth", "on");
    expect(presented()).toEqual(["shared"]);
    await aop("POST", "", bodyOf(other));
    await aop("PUT", "/settings", { enabled: true });
    clock.advance(LONG);
    expect(presented()).toEqual([`zone ${other.fingerprint}`]);
    const id = await upload(one);
    await associate(id, true);
    clock.advance(LONG);
    expect(presented()).toEqual([`hostname ${one.fingerprint}`]);
    await associate(id, false);
    clock.advance(LONG);
    expect(presented()).toEqual(["none"]);
    await associate(id, null);
    clock.advance(LONG);
    expect(presented()).toEqual([`zone ${other.fingerprint}`]);
  });

  it.each(["off", "flexible"])("is nothing under SSL mode %s", async (mode) => {
    const id = await upload();
    await associate(id, true);
    clock.advance(LONG);
    zone.settings.set("ssl", mode);
    expect(presented()).toEqual(["none"]);
  });

  it("is the old one here and the new one there while it changes", async () => {
    const [one, other] = [mintLeaf(issuer), mintLeaf(issuer)];
    const ids = [await upload(one), await upload(other)] as const;
    await associate(ids[0], true);
    expect(presented()).toEqual([`hostname ${one.fingerprint}`, "none"]);
    clock.advance(LONG);
    await associate(ids[1], true);
    expect(presented().toSorted()).toEqual(
      [`hostname ${one.fingerprint}`, `hostname ${other.fingerprint}`].toSorted(),
    );
    clock.advance(LONG);
    expect(presented()).toEqual([`hostname ${other.fingerprint}`]);
  });

  it("may be either of two that are active at the zone level", async () => {
    const leaves = [mintLeaf(issuer), mintLeaf(issuer)];
    for (const leaf of leaves) await aop("POST", "", bodyOf(leaf));
    await aop("PUT", "/settings", { enabled: true });
    clock.advance(LONG);
    expect(presented()).toEqual(leaves.map(({ fingerprint }) => `zone ${fingerprint}`));
  });
});
