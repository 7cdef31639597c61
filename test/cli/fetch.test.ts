import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { once } from "node:events";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { parseAccessKeys } from "../../origin-verifier/trust/access-keys.ts";
import { keysFetchedAt } from "../../origin-verifier/trust/fetched-at.ts";
import { mintAccessKey } from "../support/access.ts";
import { mintCa } from "../support/certificates.ts";
import { runIn, type Ran } from "./support/run-pullproof.ts";
import { useTemporaryFolders } from "./support/temporary-folder.ts";

const made = vi.hoisted(() => ({ fingerprint: "", at: "" }));
vi.mock("../../origin-verifier/certificate/shared-issuer.ts", () => ({
  get SHARED_ISSUER() {
    return made.fingerprint;
  },
}));
vi.mock("../../cli/fetch/published.ts", () => ({
  get SHARED_ISSUER_URL() {
    return `${made.at}/ca.pem`;
  },
  get ADDRESSES_URL() {
    return `${made.at}/ips`;
  },
  accessKeysUrl: (team: string) => `${made.at}/certs?team=${team}`,
}));

const known = mintCa({ subject: "made-up shared CA" });
const another = mintCa({ subject: "another" });
const PLACE = "pki/cloudflare-shared.pem";
const newFolder = useTemporaryFolders();
let folder = "";
let server: Server;
let answer: { status: number; body: string | Buffer; headers?: Record<string, string> };

beforeEach(async () => {
  made.fingerprint = known.fingerprint;
  folder = newFolder();
  answer = { status: 200, body: known.pem };
  server = createServer((request, response) => {
    if (request.url === "/elsewhere") response.end(known.pem);
    else response.writeHead(answer.status, answer.headers).end(answer.body);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  made.at = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const fetchShared = async (...args: string[]): Promise<Ran> =>
  await runIn(folder, "fetch", "shared-issuer", ...args);

describe("the shared CA is not written", () => {
  test.each([
    ["is another certificate", () => another.pem],
    ["has another certificate behind it", () => `${known.pem}${another.pem}`],
    ["is a page", () => "<!doctype html><title>Not found</title>"],
    ["is empty", () => ""],
    ["is larger than any certificate", () => Buffer.alloc(70_000, "x")],
  ])("where what comes %s", async (_, body) => {
    answer = { status: 200, body: body() };
    const { status, stdout, stderr } = await fetchShared();
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(stderr).toContain("nothing was written");
    expect(readdirSync(folder)).toEqual([]);
  });

  test("where the answer is no success, or nobody answers", async () => {
    answer = { status: 404, body: known.pem };
    expect((await fetchShared()).stderr).toContain("it answered 404");
    server.close();
    server.closeAllConnections();
    await once(server, "close");
    const { status, stderr } = await fetchShared();
    expect(status).toBe(1);
    expect(stderr).toContain("ECONNREFUSED");
    expect(readdirSync(folder)).toEqual([]);
  });

  test("over a file that is there", async () => {
    writeFileSync(join(folder, "mine.pem"), "mine");
    const { status, stderr } = await fetchShared("--out", "mine.pem");
    expect(status).toBe(1);
    expect(stderr).toContain("is there already");
    expect(readFileSync(join(folder, "mine.pem"), "utf8")).toBe("mine");
  });

  test("where it is not said what to fetch, as a wrong command line", async () => {
    expect((await runIn(folder, "fetch")).status).toBe(2);
    expect((await runIn(folder, "fetch", "everything")).status).toBe(2);
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe("the shared CA is written", () => {
  test("nowhere with --dry-run", async () => {
    answer = { status: 200, body: known.pem };
    const { status, stdout } = await fetchShared("--json", "--dry-run");
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ written: false, fingerprint: known.fingerprint });
    expect(readdirSync(folder)).toEqual([]);
  });

  test("where it is the known one, and nothing else of what came; a second time changes nothing", async () => {
    answer = { status: 200, body: `a comment\n${known.pem}` };
    const first = await fetchShared("--json");
    expect(first.status).toBe(0);
    expect(JSON.parse(first.stdout)).toMatchObject({
      ok: true,
      written: true,
      certificate: PLACE,
      fingerprint: known.fingerprint,
    });
    expect(readFileSync(join(folder, PLACE), "utf8")).toBe(known.certificate.toString());
    expect(statSync(join(folder, PLACE)).mode & 0o777).toBe(0o644);
    const second = await fetchShared("--json");
    expect(second.status).toBe(0);
    expect(JSON.parse(second.stdout)).toMatchObject({ written: false });
  });

  test("from where a redirect leads: it is held against the fingerprint, not against its address", async () => {
    answer = { status: 302, body: "", headers: { location: "/elsewhere" } };
    const { status, stdout, stderr } = await fetchShared();
    expect(status).toBe(0);
    expect(stdout).toContain(known.fingerprint);
    expect(stderr).toContain('"alone": true');
    expect(existsSync(join(folder, PLACE))).toBe(true);
  });
});

const PUBLISHED = {
  success: true,
  result: { ipv4_cidrs: ["192.0.2.0/24"], ipv6_cidrs: ["2001:db8::/32"], etag: "x" },
};
const ADDRESSES = "pki/cloudflare-addresses.txt";
const fetchAddresses = async (...args: string[]): Promise<Ran> =>
  await runIn(folder, "fetch", "addresses", ...args);

describe("addresses are not written", () => {
  const { result } = PUBLISHED;
  test.each<[string, unknown]>([
    ["is no JSON", "<html>"],
    ["says that it failed", { ...PUBLISHED, success: false }],
    ["lists nobody", { ...PUBLISHED, result: { ...result, ipv4_cidrs: [] } }],
    ["lists everybody", { ...PUBLISHED, result: { ...result, ipv4_cidrs: ["0.0.0.0/0"] } }],
    ["lists what is no range", { ...PUBLISHED, result: { ...result, ipv6_cidrs: ["a\nb"] } }],
  ])("where what comes %s", async (_, body) => {
    answer = { status: 200, body: JSON.stringify(body) };
    const { status, stdout, stderr } = await fetchAddresses();
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(stderr).toContain("nothing was written");
    expect(readdirSync(folder)).toEqual([]);
  });

  test("from where a redirect leads: nothing else says whose they are", async () => {
    answer = { status: 302, body: "", headers: { location: "/elsewhere" } };
    expect((await fetchAddresses()).status).toBe(1);
    expect(readdirSync(folder)).toEqual([]);
  });

  test("over a file that somebody else wrote", async () => {
    answer = { status: 200, body: JSON.stringify(PUBLISHED) };
    writeFileSync(join(folder, "mine.txt"), "192.0.2.7\n");
    const { status, stderr } = await fetchAddresses("--out", "mine.txt");
    expect(status).toBe(1);
    expect(stderr).toContain("is there already");
    expect(readFileSync(join(folder, "mine.txt"), "utf8")).toBe("192.0.2.7\n");
  });
});

const isWritten = async (): Promise<unknown> => {
  const { status, stdout } = await fetchAddresses("--json");
  expect(status).toBe(0);
  return (JSON.parse(stdout) as { written: unknown }).written;
};
const ranges = (): readonly string[] =>
  readFileSync(join(folder, ADDRESSES), "utf8")
    .trimEnd()
    .split("\n")
    .filter((line) => !line.startsWith("#"));

test("addresses are written, left alone while they are the same, and replaced when they change", async () => {
  answer = { status: 200, body: JSON.stringify(PUBLISHED) };
  expect([await isWritten(), await isWritten()]).toEqual([true, false]);
  expect(ranges()).toEqual(["192.0.2.0/24", "2001:db8::/32"]);
  const result = { ...PUBLISHED.result, ipv4_cidrs: ["198.51.100.0/24"] };
  answer = { status: 200, body: JSON.stringify({ ...PUBLISHED, result }) };
  expect(await isWritten()).toBe(true);
  expect(ranges()).toEqual(["198.51.100.0/24", "2001:db8::/32"]);
});

const HOUR = 3_600_000;
/** Makes a file as old as that, whatever is in it. */
const age = (file: string, hours: number): void => {
  const path = join(folder, file);
  const then = new Date(Date.now() - hours * HOUR).toISOString();
  const text = readFileSync(path, "utf8");
  const aged = text.replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/, then);
  expect(aged).not.toBe(text);
  writeFileSync(path, aged);
};

test("addresses that have not changed are written anew after half a day, with the time", async () => {
  answer = { status: 200, body: JSON.stringify(PUBLISHED) };
  expect(await isWritten()).toBe(true);
  age(ADDRESSES, 11);
  expect(await isWritten()).toBe(false);
  age(ADDRESSES, 13);
  expect(await isWritten()).toBe(true);
  expect(await isWritten()).toBe(false);
});

const [one, two] = [mintAccessKey("one"), mintAccessKey("two")];
const KEYS = "pki/access-acme.json";
const published = (...keys: readonly object[]): string =>
  JSON.stringify({ keys, public_cert: { kid: "one", cert: "PEM" }, public_certs: [] });
const fetchKeys = async (...args: string[]): Promise<Ran> =>
  await runIn(folder, "fetch", "access", "acme", ...args);

describe("a team's keys are not written", () => {
  test.each<[string, () => string]>([
    ["is a page", () => "<!doctype html><title>Sign in</title>"],
    ["is no set of keys", () => "{}"],
    ["holds no key", () => published()],
    ["holds a weak key", () => published(mintAccessKey("weak", 1024).jwk, one.jwk)],
    ["holds a private key", () => published({ ...one.jwk, d: "AQAB" })],
    ["holds two keys with one id", () => published(one.jwk, { ...two.jwk, kid: "one" })],
  ])("where what comes %s", async (_, body) => {
    answer = { status: 200, body: body() };
    const { status, stdout, stderr } = await fetchKeys();
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(stderr).toContain("nothing was written");
    expect(readdirSync(folder)).toEqual([]);
  });

  test("from where a redirect leads: another team's page, or a login", async () => {
    answer = { status: 302, body: "", headers: { location: "/elsewhere" } };
    expect((await fetchKeys()).status).toBe(1);
    expect(readdirSync(folder)).toEqual([]);
  });

  test("over another team's, or what somebody else wrote", async () => {
    answer = { status: 200, body: published(one.jwk) };
    expect((await runIn(folder, "fetch", "access", "other", "--out", KEYS)).status).toBe(0);
    const before = readFileSync(join(folder, KEYS), "utf8");
    expect((await fetchKeys()).stderr).toContain("is there already");
    expect(readFileSync(join(folder, KEYS), "utf8")).toBe(before);
    writeFileSync(join(folder, "mine.json"), "{}");
    expect((await fetchKeys("--out", "mine.json")).status).toBe(1);
  });

  test.each([[], ["Acme"], ["acme/../x"], ["acme.example.com"], ["-acme"], ["a b"], [""]])(
    "for what is no team (%j), as a wrong command line",
    async (...team) => {
      expect((await runIn(folder, "fetch", "access", ...team)).status).toBe(2);
      expect((await runIn(folder, "fetch", "addresses", "acme")).status).toBe(2);
      expect(readdirSync(folder)).toEqual([]);
    },
  );
});

const written = async (...keys: readonly object[]): Promise<unknown> => {
  answer = { status: 200, body: published(...keys) };
  return (JSON.parse((await fetchKeys("--json")).stdout) as { written: unknown }).written;
};

describe("a team's keys are written", () => {
  test("as the verifier reads them, and nothing else of what came", async () => {
    answer = { status: 200, body: published({ ...one.jwk, x5u: "https://evil.test" }, two.jwk) };
    const { status, stdout } = await fetchKeys("--json");
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ written: true, keys: KEYS, ids: ["one", "two"] });
    const text = readFileSync(join(folder, KEYS), "utf8");
    const read = parseAccessKeys(text);
    expect(read.ok && [...read.value.keys()]).toEqual(["one", "two"]);
    expect(keysFetchedAt(text)).toBeGreaterThan(Date.now() - 60_000);
    expect(text).not.toContain("evil");
    expect(text).not.toContain("PEM");
  });

  test("under the name that the browser shows, too", async () => {
    answer = { status: 200, body: published(one.jwk) };
    const address = "https://acme.cloudflareaccess.com/";
    expect((await runIn(folder, "fetch", "access", address)).status).toBe(0);
    expect(existsSync(join(folder, KEYS))).toBe(true);
  });

  test("once while they are the same and young, and anew when they change or after half a day", async () => {
    expect([await written(one.jwk), await written(one.jwk)]).toEqual([true, false]);
    expect([await written(two.jwk, one.jwk), await written(two.jwk, one.jwk)]).toEqual([
      true,
      false,
    ]);
    age(KEYS, 13);
    expect([await written(two.jwk, one.jwk), await written(two.jwk, one.jwk)]).toEqual([
      true,
      false,
    ]);
  });
});
