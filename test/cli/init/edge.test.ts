import { X509Certificate } from "node:crypto";
import { statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { LOCAL, mappingText, WRANGLER } from "../support/project.ts";
import { runIn } from "../support/run-pullproof.ts";
import { useProjectFolder } from "../support/project-folder.ts";

const { path: folder, init, read, write, everything, expectClean } = useProjectFolder();

const WWW = ["--edge", "www.acme.test"];
const SHOP = ["--host", "shop.acme.test=origin-shop.acme.test"];

interface Hosts {
  readonly hosts: Readonly<Record<string, { readonly present: object }>>;
}

const hostsOf = (): Hosts["hosts"] => (JSON.parse(read("mapping.json")) as Hosts).hosts;

describe("refuses, and writes nothing:", () => {
  test.each([
    ["a hostname that is none", ["--edge", "shop_1"], 2, "is not a hostname"],
    ["a wildcard", ["--edge", "*.acme.test"], 2, "is not a hostname"],
    [
      "an origin beside the hostname",
      ["--edge", "a.acme.test=b.acme.test"],
      2,
      "a.acme.test alone",
    ],
    ["a hostname twice", [...WWW, ...WWW], 2, "stands twice"],
    ["a hostname for both", [...WWW, "--host", "www.acme.test=b.acme.test"], 2, "stands twice"],
    [
      "a Worker's pull from the edge's hostname",
      [...WWW, "--host", "shop.acme.test=www.acme.test"],
      1,
      "same origin hostname",
    ],
  ])("%s", async (_what, args, code, said) => {
    const { status, stdout, stderr } = await init(...args);
    expect([status, stdout, stderr]).toEqual([code, "", expect.stringContaining(said)]);
    expect(stderr).toContain("next: ");
    expect(everything()).toEqual({});
  });

  test("where a hostname of a Worker's would be its own origin, and says what would do", async () => {
    const { status, stderr } = await init("--host", "a.acme.test=a.acme.test");
    expect([status, stderr]).toEqual([2, expect.stringContaining("init --edge a.acme.test")]);
  });

  test("a hostname that is in the mapping, or that another entry pulls from", async () => {
    await init(...WWW, ...SHOP);
    const before = everything();
    for (const [hostname, said] of [
      ["www.acme.test", "has www.acme.test already"],
      ["origin-shop.acme.test", "shop.acme.test pulls from origin-shop.acme.test"],
    ] as const) {
      const { status, stderr } = await init("--edge", hostname);
      expect([status, stderr]).toEqual([1, expect.stringContaining(said)]);
      expect(everything()).toEqual(before);
    }
  });

  test("beside --host, where somebody's mapping is there", async () => {
    await init(...SHOP);
    const before = everything();
    const { status, stderr } = await init("--host", "b.acme.test=c.acme.test", ...WWW);
    expect([status, stderr]).toEqual([1, expect.stringContaining("is there already")]);
    expect(stderr).toContain("--edge HOSTNAME");
    expect(everything()).toEqual(before);
  });

  test("where the mapping does not parse, or no issuer of it can sign here", async () => {
    write({ "mapping.json": "{" });
    expect(await init(...WWW)).toMatchObject({ status: 1 });
    expect(everything()).toEqual({ "mapping.json": "{" });
    write({ "mapping.json": mappingText().replaceAll("example.com", "acme.test") });
    const before = everything();
    const { status, stderr } = await init(...WWW);
    expect([status, stderr]).toEqual([1, expect.stringContaining("pki/issuer.pem")]);
    expect(everything()).toEqual(before);
  });
});

describe("in an empty folder", () => {
  test("writes mapping, issuer and a certificate a hostname, and nothing of a Worker's", async () => {
    const { status, stdout, stderr } = await init(...WWW, "--edge", "docs.acme.test");
    expect(status).toBe(0);
    expect(Object.keys(everything()).toSorted()).toEqual([
      ".gitignore",
      "mapping.json",
      "pki/docs.acme.test.key",
      "pki/docs.acme.test.pem",
      "pki/issuer.key",
      "pki/issuer.pem",
      "pki/www.acme.test.key",
      "pki/www.acme.test.pem",
    ]);
    expect(statSync(join(folder(), "pki/www.acme.test.key")).mode & 0o777).toBe(0o600);
    expect(read(".gitignore")).toBe(".pullproof/\n*.key\n");
    const { fingerprint256 } = new X509Certificate(read("pki/www.acme.test.pem"));
    const fingerprint = `sha256:${fingerprint256.replaceAll(":", "").toLowerCase()}`;
    expect(hostsOf()["www.acme.test"]).toEqual({
      origin: "https://www.acme.test",
      present: { by: "edge", level: "hostname" },
      accept: { issuer: "own", certificates: [fingerprint] },
    });
    await expectClean();
    expect(stdout).toContain(
      `www.acme.test → https://www.acme.test\n  the edge, level hostname  ${fingerprint}`,
    );
    expect(stderr).toMatch(/^next: pullproof check\nnext: pullproof dev: .*edge/);
    expect(stderr).toMatch(/^next: pullproof plan: /m);
    expect(stderr).toMatch(
      /^next: pullproof apply: uploads pki\/www\.acme\.test\.pem, pki\/docs\.acme\.test\.pem /m,
    );
    expect(stderr).not.toMatch(/wrangler|npm /);
    const again = everything();
    expect((await init(...WWW)).status).toBe(1);
    expect(everything()).toEqual(again);
  });

  test("its certificates are what lint calls good for the edge's level", async () => {
    await init(...WWW);
    const stem = "pki/www.acme.test";
    const args = [`${stem}.pem`, "--key", `${stem}.key`, "--hostname", "www.acme.test"];
    const linted = await runIn(folder(), "lint", ...args, "--for", "hostname");
    expect(linted).toMatchObject({ status: 0, stderr: "" });
  });

  test("beside --host, both kinds of entry are there, and all that a Worker needs", async () => {
    const { status, stderr } = await init(...WWW, ...SHOP);
    expect(status).toBe(0);
    expect(hostsOf()).toMatchObject({
      "shop.acme.test": { present: { by: "worker", binding: "PULL_CERT_SHOP" } },
      "www.acme.test": { present: { by: "edge", level: "hostname" } },
    });
    await expectClean();
    expect(Object.keys(everything())).toContain("worker/index.ts");
    expect(read("wrangler.toml")).not.toContain("WWW");
    expect(stderr).toContain("next: npm install\n");
    expect(stderr).toMatch(/^next: pullproof apply: uploads pki\/www\.acme\.test\.pem /m);
  });

  test("--dry-run shows every file and writes none; --json is data, without a key in it", async () => {
    const shown = await init(...WWW, "--dry-run");
    expect([shown.status, shown.stdout]).toEqual([0, expect.stringContaining('"by": "edge"')]);
    expect(everything()).toEqual({});
    const { status, stdout } = await init(...WWW, "--json");
    expect(status).toBe(0);
    expect(stdout).not.toContain("PRIVATE");
    const { hosts } = JSON.parse(stdout) as { hosts: readonly object[] };
    expect(hosts).toEqual([
      {
        hostname: "www.acme.test",
        origin: "https://www.acme.test",
        level: "hostname",
        certificate: "pki/www.acme.test.pem",
        fingerprint: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
      },
    ]);
  });
});

describe("beside what is there", () => {
  test("--edge alone adds to somebody's mapping, and every other file stays to the letter", async () => {
    await init(...SHOP);
    const { "mapping.json": mapping = "", ...others } = everything();
    const { status, stdout } = await init(...WWW);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^✓ mapping\.json +changed$/m);
    expect(everything()).toMatchObject(others);
    expect(read("mapping.json").startsWith(mapping.split("\n    }\n")[0] ?? "?")).toBe(true);
    expect(Object.keys(hostsOf())).toEqual(["shop.acme.test", "www.acme.test"]);
    await expectClean();
  });

  test("--edge stands beside --add", async () => {
    await init(...WWW);
    const args = ["--edge", "docs.acme.test", "--add", "shop.acme.test=origin-shop.acme.test"];
    expect((await init(...args)).status).toBe(0);
    expect(Object.keys(hostsOf()).toSorted()).toEqual([
      "docs.acme.test",
      "shop.acme.test",
      "www.acme.test",
    ]);
  });

  test("the first hostname of a Worker's brings all that a Worker needs", async () => {
    await init(...WWW);
    const { status, stderr } = await init("--add", "shop.acme.test=origin-shop.acme.test");
    expect(status).toBe(0);
    const files = ["package.json", "worker/index.ts", "wrangler.local.toml", "wrangler.toml"];
    expect(Object.keys(everything())).toEqual(expect.arrayContaining(files));
    expect(read(".gitignore")).toBe(".pullproof/\n*.key\nnode_modules/\n.wrangler/\n");
    expect(stderr).toContain("next: npm install\n");
    await expectClean();
  });

  test("the example's mapping makes place, and its bindings go from wrangler's files", async () => {
    write({
      "mapping.json": mappingText(),
      "wrangler.toml": `# ours\n${WRANGLER}`,
      "wrangler.local.toml": `# the twin\n${LOCAL}`,
    });
    expect((await init(...WWW)).status).toBe(0);
    expect(Object.keys(hostsOf())).toEqual(["www.acme.test"]);
    expect(read("wrangler.toml")).toMatch(/^# ours\n/);
    expect(`${read("wrangler.toml")}${read("wrangler.local.toml")}`).not.toContain("PULL_CERT");
    await expectClean();
  });

  test("another Worker's configuration stays as it is", async () => {
    const site = 'name = "site"\nmain = "src/site.ts"\n';
    write({ "wrangler.toml": site });
    expect((await init(...WWW)).status).toBe(0);
    expect(read("wrangler.toml")).toBe(site);
    await expectClean();
  });
});
