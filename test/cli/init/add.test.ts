import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { addToMapping } from "../../../cli/init/add-to-mapping.ts";
import { parseMappingText } from "../../../shared/mapping-text.ts";
import { runIn, type Ran } from "../support/run-pullproof.ts";
import { useTemporaryFolders } from "../support/temporary-folder.ts";

const newFolder = useTemporaryFolders();
let folder = "";
beforeEach(async () => {
  folder = newFolder();
  await runIn(folder, "init", "--host", "shop.acme.test=origin-shop.acme.test");
});

const add = async (...hosts: readonly string[]): Promise<Ran> =>
  await runIn(folder, "init", ...hosts.flatMap((host) => ["--add", host]));
const read = (file: string): string => readFileSync(join(folder, file), "utf8");
const everything = (): readonly string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((one) => one.isFile())
    .map((one) => readFileSync(join(one.parentPath, one.name), "utf8"));

describe("refuses, and writes nothing:", () => {
  test.each([
    ["a hostname that is in it", "shop.acme.test=origin-new.acme.test", 1, "has shop.acme.test"],
    ["an origin that another has", "b.acme.test=origin-shop.acme.test", 1, "by hand"],
    ["a hostname that is none", "a b=origin.acme.test", 2, "is not a hostname"],
  ])("%s", async (_what, host, code, said) => {
    const before = everything();
    const { status, stderr } = await add(host);
    expect([status, stderr]).toEqual([code, expect.stringContaining(said)]);
    expect(stderr).toContain("next: ");
    expect(everything()).toEqual(before);
  });

  test("where no issuer of the mapping lies where it could sign", async () => {
    writeFileSync(join(folder, "mapping.json"), read("mapping.json").replace("pki/", "ca/"));
    const { status, stderr } = await add("blog.acme.test=origin-blog.acme.test");
    expect([status, stderr]).toEqual([1, expect.stringContaining("pki/issuer.pem")]);
  });

  test("beside --host, and where there is no project", async () => {
    const both = ["--host", "a.acme.test=b.acme.test", "--add", "c.acme.test=d.acme.test"];
    expect((await runIn(folder, "init", ...both)).status).toBe(2);
    const empty = await runIn(newFolder(), "init", "--add", "c.acme.test=d.acme.test");
    expect([empty.status, empty.stderr]).toEqual([1, expect.stringContaining("pullproof init")]);
  });
});

describe("adds", () => {
  test("entries, bindings, services and certificates; what is there stays to the letter", async () => {
    const toml = `# ours\n${read("wrangler.toml")}\n# the end\n`;
    writeFileSync(join(folder, "wrangler.toml"), toml);
    const [mapping, twin] = [read("mapping.json"), read("wrangler.local.toml")];
    const hosts = ["blog.acme.test=origin-blog.acme.test", "shop.other.test=origin.other.test"];
    const { status, stderr, stdout } = await add(...hosts);
    expect([status, stderr]).toEqual([0, expect.stringContaining("next: ")]);
    expect(stdout).toContain("blog.acme.test");
    for (const [file, before] of [
      ["mapping.json", mapping],
      ["wrangler.toml", toml],
      ["wrangler.local.toml", twin],
    ] as const) {
      const after = read(file)
        .split("\n")
        .map((line) => line.replace(/,$/, ""));
      for (const line of before.split("\n")) expect(after).toContain(line.replace(/,$/, ""));
    }
    const parsed = parseMappingText(read("mapping.json"));
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
    // PULL_CERT_SHOP is taken.
    expect(parsed.value.entries.map(({ hostname, present }) => [hostname, present])).toMatchObject([
      ["shop.acme.test", { binding: "PULL_CERT_SHOP" }],
      ["blog.acme.test", { binding: "PULL_CERT_BLOG" }],
      ["shop.other.test", { binding: "PULL_CERT_SHOP_OTHER_TEST" }],
    ]);
    expect(statSync(join(folder, "pki/blog.acme.test.key")).mode & 0o777).toBe(0o600);
    expect(await runIn(folder, "check")).toMatchObject({ status: 0, stderr: "" });
    expect((await add(...hosts)).status).toBe(1);
  });

  test("nothing with --dry-run", async () => {
    const before = everything();
    const args = ["--add", "blog.acme.test=origin-blog.acme.test", "--dry-run"];
    const { status, stdout } = await runIn(folder, "init", ...args);
    expect([status, stdout]).toEqual([0, expect.stringContaining("blog.acme.test")]);
    expect(everything()).toEqual(before);
  });
});

describe("a mapping's own manner of writing", () => {
  const host = '    "b.test": {\n      "origin": "https://o.test"\n    }';
  test.each([
    [
      '{\r\n\t"hosts": {\r\n\t\t"a.test": {}\r\n\t}\r\n}',
      '{\r\n\t"hosts": {\r\n\t\t"a.test": {},\r\n\t\t"b.test": {\r\n\t\t\t"origin": "https://o.test"\r\n\t\t}\r\n\t}\r\n}',
    ],
    [
      '\uFEFF{\n    "hosts": {\n        "a.test": {}\n    }\n}',
      '\uFEFF{\n    "hosts": {\n        "a.test": {},\n        "b.test": {\n            "origin": "https://o.test"\n        }\n    }\n}',
    ],
    [
      '{"hosts":{"a.test":{}}}',
      '{"hosts":{"a.test":{},\n    "b.test": {\n      "origin": "https://o.test"\n    }}}',
    ],
  ])("stays: %j", (before, after) => {
    expect(addToMapping(before, [host])).toEqual({ ok: true, text: after });
  });
});
