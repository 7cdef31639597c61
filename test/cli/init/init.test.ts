import { X509Certificate } from "node:crypto";
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { LOCAL, mappingText, WRANGLER } from "../support/project.ts";
import { runIn, type Ran } from "../support/run-pullproof.ts";
import { useProjectFolder } from "../support/project-folder.ts";

const { path: folder, init, read, write, everything, expectClean } = useProjectFolder();

const SHOP = ["--host", "shop.acme.test=origin-shop.acme.test"];
const BLOG = ["--host", "blog.acme.test=https://origin-blog.acme.test:8443"];

const modeOf = (path: string): number => statSync(join(folder(), path)).mode & 0o777;

test("several origins of a hostname are a list in the mapping and in the local twin, under one binding", async () => {
  const hosts = ["shop.acme.test=origin-a.acme.test,https://origin-b.acme.test:8443"];
  hosts.push("www.acme.test=origin-b.acme.test:8443", "blog.acme.test=origin-blog.acme.test");
  const { status } = await init(...hosts.flatMap((host) => ["--host", host]));
  expect(status).toBe(0);
  const origins = ["https://origin-a.acme.test", "https://origin-b.acme.test:8443"];
  const { hosts: written } = JSON.parse(read("mapping.json")) as { hosts: object };
  expect(written).toMatchObject({
    "shop.acme.test": { origin: origins, present: { binding: "PULL_CERT_SHOP" } },
    "www.acme.test": { origin: origins[1], present: { binding: "PULL_CERT_SHOP" } },
    "blog.acme.test": { origin: "https://origin-blog.acme.test" },
  });
  expect(read("wrangler.local.toml")).toMatch(
    /host = \[\s*"origin-a\.acme\.test",\s*"origin-b\.acme\.test"\s*\]/,
  );
  await expectClean();
});

describe("refuses, as a wrong command line,", () => {
  test.each([
    ["to ask where there is no terminal", [], "no terminal"],
    ["a hostname that is none", ["--host", "shop_1=origin.acme.test"], "is not a hostname"],
    ["a wildcard", ["--host", "*.acme.test=origin.acme.test"], "is not a hostname"],
    ["a hostname without its origin", ["--host", "shop.acme.test"], "which origin has"],
    ["an origin that is http", ["--host", "a.acme.test=http://b.acme.test"], "always https"],
    [
      "an origin with a path",
      ["--host", "a.acme.test=https://b.acme.test/x"],
      "nothing may follow",
    ],
    ["an address", ["--host", "a.acme.test=192.0.2.1"], "not an origin"],
    ["a hostname that is its own origin", ["--host", "a.acme.test=a.acme.test"], "520"],
    ["a hostname twice", [...SHOP, ...SHOP], "stands twice"],
  ])("%s", async (_what, args, said) => {
    const { status, stdout, stderr } = await init(...args);
    expect(status).toBe(2);
    expect(stdout).toBe("");
    expect(stderr).toContain(said);
    expect(stderr).toContain("next: pullproof init --host ");
    expect(everything()).toEqual({});
  });
});

async function refused(files: Readonly<Record<string, string>>, ...args: string[]): Promise<Ran> {
  write(files);
  const before = everything();
  const ran = await init(...SHOP, ...args);
  expect(ran.stdout).toBe("");
  expect(ran.stderr).toContain("next: ");
  expect(everything()).toEqual(before);
  return ran;
}

describe("refuses, and changes nothing,", () => {
  test("a mapping that is somebody's", async () => {
    const text = mappingText().replaceAll("example.com", "acme.test");
    const { status, stderr } = await refused({ "mapping.json": text });
    expect(status).toBe(1);
    expect(stderr).toContain("mapping.json: is there already (shop.acme.test, blog.acme.test)");
  });

  test("a mapping of the example's names whose issuer is there", async () => {
    const { status } = await refused({ "mapping.json": mappingText(), "pki/issuer.pem": "" });
    expect(status).toBe(1);
  });

  test("a mapping that does not parse", async () => {
    const { stderr } = await refused({ "mapping.json": "{" });
    expect(stderr).toContain("does not parse");
  });

  test("a local twin that names other bindings", async () => {
    const { status, stderr } = await refused({ "wrangler.local.toml": LOCAL });
    expect(status).toBe(1);
    expect(stderr).toContain("wrangler.local.toml: services[1].binding: PULL_CERT_BLOG");
  });

  test("a configuration that would not be clean, with what is wrong", async () => {
    const text = WRANGLER.replace('["enable_request_signal"]', "[]");
    const { status, stderr } = await refused({ "wrangler.toml": text });
    expect(status).toBe(1);
    expect(stderr).toContain("wrangler.toml: compatibility_flags: ");
    expect(stderr).toContain("nothing was written");
  });

  test("a configuration that cannot be edited with its comments kept: 3, and what to paste", async () => {
    const [top = ""] = WRANGLER.split("[[");
    const list = ["SHOP", "BLOG"].map(
      (name) => `  # of ${name}\n  { binding = "PULL_CERT_${name}", certificate_id = "x" },\n`,
    );
    const { status, stderr } = await refused({
      "mapping.json": mappingText(),
      "wrangler.toml": `${top}mtls_certificates = [\n${list.join("")}]\n`,
    });
    expect(status).toBe(3);
    expect(stderr).toContain("a comment would be lost: # of ");
    expect(stderr).toContain(
      '[[mtls_certificates]]\nbinding = "PULL_CERT_SHOP"\ncertificate_id = "00000000-',
    );
  });

  test("an issuer that cannot sign", async () => {
    const { status, stderr } = await refused({ "pki/issuer.pem": "nothing", "pki/issuer.key": "" });
    expect(status).toBe(1);
    expect(stderr).toContain("pki/issuer.pem: ");
  });

  test("a pull certificate that is there", async () => {
    await runIn(folder(), "issue", "--new-issuer", "Own pulls");
    const { status, stderr } = await refused({ "pki/shop.acme.test.key": "somebody's" });
    expect(status).toBe(1);
    expect(stderr).toContain("pki/shop.acme.test.key: is there already");
  });
});

describe("in an empty folder", () => {
  test("writes everything that check asks for, keys for their owner alone, and says what", async () => {
    const { status, stdout, stderr } = await init(...SHOP, ...BLOG);
    expect(status).toBe(0);
    await expectClean();
    const files = Object.keys(everything()).toSorted();
    expect(files).toEqual([
      ".gitignore",
      "mapping.json",
      "package.json",
      "pki/blog.acme.test.key",
      "pki/blog.acme.test.pem",
      "pki/issuer.key",
      "pki/issuer.pem",
      "pki/shop.acme.test.key",
      "pki/shop.acme.test.pem",
      "worker/index.ts",
      "wrangler.local.toml",
      "wrangler.toml",
    ]);
    for (const file of files) {
      expect(stdout).toMatch(new RegExp(`^✓ ${file} +written`, "m"));
      expect([file, modeOf(file)]).toEqual([file, file.endsWith(".key") ? 0o600 : 0o644]);
    }
    expect([modeOf("pki"), modeOf("worker")]).toEqual([0o700, 0o755]);
    expect(read(".gitignore").split("\n")).toContain("*.key");
    expect(stdout).toContain(
      "shop.acme.test → https://origin-shop.acme.test\n  PULL_CERT_SHOP  sha256:",
    );
    expect(stderr).toContain("next: npm install\nnext: pullproof check\nnext: pullproof dev");
  });

  test("its certificates are what lint calls good, and what the mapping accepts", async () => {
    await init(...SHOP);
    const linted = await runIn(
      folder(),
      "lint",
      "pki/shop.acme.test.pem",
      "--key",
      "pki/shop.acme.test.key",
      "--hostname",
      "shop.acme.test",
    );
    expect(linted).toMatchObject({ status: 0, stderr: "" });
    const { fingerprint256 } = new X509Certificate(read("pki/shop.acme.test.pem"));
    expect(read("mapping.json")).toContain(
      `sha256:${fingerprint256.replaceAll(":", "").toLowerCase()}`,
    );
  });

  test("ids are placeholders, which a deployment refuses", async () => {
    await init(...SHOP);
    const { status, stderr } = await runIn(folder(), "check", "--deploy");
    expect(status).toBe(1);
    expect(stderr).toContain("the id of PULL_CERT_SHOP only holds the place of a real one");
  });

  test("hostnames of one origin share a binding; equal first labels get whole names", async () => {
    await init(
      "--host",
      "www.acme.test=origin.acme.test",
      "--host",
      "acme.test=origin.acme.test",
      "--host",
      "www.other.test=origin.other.test",
    );
    await expectClean();
    expect([...read("mapping.json").matchAll(/PULL_CERT_\w+/g)].map(([name]) => name)).toEqual([
      "PULL_CERT_WWW_ACME_TEST",
      "PULL_CERT_WWW_ACME_TEST",
      "PULL_CERT_WWW_OTHER_TEST",
    ]);
  });

  test("a second time changes nothing", async () => {
    await init(...SHOP);
    const before = everything();
    expect((await init(...SHOP)).status).toBe(1);
    expect(everything()).toEqual(before);
  });

  test("--dry-run shows every file but the keys, and writes none", async () => {
    const { status, stdout, stderr } = await init(...SHOP, "--dry-run");
    expect(status).toBe(0);
    expect(stdout).toContain("── wrangler.toml (write)");
    expect(stdout).toContain('binding = "PULL_CERT_SHOP"');
    expect(stdout).not.toContain("-----BEGIN PRIVATE KEY-----");
    expect(stderr).toContain("Nothing was written.");
    expect(everything()).toEqual({});
  });

  test("--json is data, without a key in it", async () => {
    const { status, stdout, stderr } = await init(...SHOP, "--json");
    expect(status).toBe(0);
    expect(stderr).toBe("");
    expect(stdout).not.toContain("PRIVATE");
    expect(JSON.parse(stdout)).toMatchObject({
      ok: true,
      files: expect.arrayContaining([{ path: "mapping.json", action: "written" }]),
      hosts: [
        {
          hostname: "shop.acme.test",
          origin: "https://origin-shop.acme.test",
          binding: "PULL_CERT_SHOP",
          certificate: "pki/shop.acme.test.pem",
        },
      ],
    });
  });
});

describe("beside what is there", () => {
  test("an issuer stays, and signs", async () => {
    await runIn(folder(), "issue", "--new-issuer", "Ours", "--days", "30");
    const before = read("pki/issuer.pem");
    expect((await init(...SHOP)).status).toBe(0);
    expect(read("pki/issuer.pem")).toBe(before);
    const leaf = new X509Certificate(read("pki/shop.acme.test.pem"));
    expect(leaf.issuer).toBe("CN=Ours");
    expect(leaf.validToDate <= new X509Certificate(before).validToDate).toBe(true);
    await expectClean();
  });

  test("a package.json stays, and what is missing beside it is the next command", async () => {
    write({ "package.json": "{}" });
    const { stderr } = await init(...SHOP);
    expect(read("package.json")).toBe("{}");
    expect(stderr).toMatch(/^next: npm install --save-dev wrangler@[\d.]+ \S+\/cli\/local-mtls$/m);
  });

  test("wrangler's configuration keeps its comments, its name, and the ids that somebody put there", async () => {
    const text = `# ours\n${WRANGLER.split('\n\n[[mtls_certificates]]\nbinding = "PULL_CERT_BLOG"')[0] ?? ""}\n# the end\n`;
    write({ "wrangler.toml": text });
    const { status, stdout } = await init(...SHOP, "--host", "api.acme.test=origin-api.acme.test");
    expect(status).toBe(0);
    expect(stdout).toMatch(/^✓ wrangler\.toml +changed$/m);
    await expectClean();
    expect(read("wrangler.toml")).toContain("# ours\n");
    expect(read("wrangler.toml")).toContain("# the end\n");
    expect(read("wrangler.toml")).toContain(
      'binding = "PULL_CERT_SHOP"\ncertificate_id = "11111111-1111-4111-8111-111111111111"',
    );
    expect(read("wrangler.toml")).toContain(
      'binding = "PULL_CERT_API"\ncertificate_id = "00000000-',
    );
    expect(existsSync(join(folder(), "worker/index.ts"))).toBe(true);
  });

  test("wrangler.jsonc is edited where that is what there is", async () => {
    const text = `{\n  // ours\n  "name": "shop",\n  "main": "worker/index.ts",\n  "compatibility_date": "2026-10-01",\n  "compatibility_flags": ["enable_request_signal"],\n  "env": { "staging": {} },\n}\n`;
    write({ "wrangler.jsonc": text });
    const { status, stderr } = await init(...SHOP);
    expect(status).toBe(0);
    expect(stderr).toContain("pullproof check --config wrangler.jsonc");
    expect(read("wrangler.jsonc")).toContain("// ours");
    expect(existsSync(join(folder(), "wrangler.toml"))).toBe(false);
    const checked = await runIn(folder(), "check", "--config", "wrangler.jsonc");
    expect(checked).toMatchObject({ status: 0, stderr: "" });
  });

  test("the example's mapping and its bindings make place; the rest of both configurations stays", async () => {
    write({
      "mapping.json": mappingText(),
      "wrangler.toml": `# ours\n${WRANGLER}`,
      "wrangler.local.toml": `# the twin\n${LOCAL}`,
      ".gitignore": "node_modules",
    });
    const { status, stdout } = await init(
      "--host",
      "shop.acme.test=origin-shop.acme.test",
      "--host",
      "api.acme.test=origin-api.acme.test",
    );
    expect(status).toBe(0);
    expect(stdout).toMatch(/^✓ mapping\.json +changed$/m);
    await expectClean();
    expect(read("mapping.json")).not.toContain("example.com");
    expect(read("wrangler.toml")).toMatch(/^# ours\n/);
    expect(read("wrangler.local.toml")).toMatch(/^# the twin\n/);
    expect(`${read("wrangler.toml")}${read("wrangler.local.toml")}`).not.toContain("BLOG");
    // The example's ids are nobody's: what is under the same name from now on is another certificate.
    expect(read("wrangler.toml")).not.toContain("11111111-");
    expect(read(".gitignore")).toBe("node_modules\n.wrangler/\n.pullproof/\n*.key\n");
  });
});
