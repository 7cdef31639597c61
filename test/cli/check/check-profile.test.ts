import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { hasMlDsa } from "../../../cli/certificates/ml-dsa.ts";
import { mintCa, mintLeaf } from "../../support/certificates.ts";
import { keysOf } from "../../support/keys.ts";
import { skipUnless } from "../../support/loud-skip.ts";
import { mappingText, writeProject } from "../support/project.ts";
import { runIn } from "../support/run-pullproof.ts";
import { useTemporaryFolders } from "../support/temporary-folder.ts";

const newFolder = useTemporaryFolders();
const skip = skipUnless(hasMlDsa(), "a Node that knows ML-DSA (24.21 and later)", false);
let folder = "";
beforeEach(() => {
  folder = newFolder();
});

/** Where the problems are, and what they say. */
async function problems(...flags: readonly string[]): Promise<readonly string[]> {
  const { status, stdout } = await runIn(folder, "check", "--json", ...flags);
  const told = JSON.parse(stdout) as {
    problems: { file: string; path: string; message: string; next: string }[];
  };
  expect(status).toBe(told.problems.length === 0 ? 0 : 1);
  for (const { next } of told.problems) expect(next).not.toBe("");
  return told.problems.map(({ file, path, message }) => `${file}: ${path}: ${message}`);
}

const ed25519 = mintCa({ subject: "own", keys: keysOf("ed25519") });

describe("check --profile", () => {
  test("that is none is a wrong command line", async () => {
    await writeProject(folder);
    const { status, stderr } = await runIn(folder, "check", "--profile", "fips");
    expect(status).toBe(2);
    expect(stderr).toContain("fips-approved");
  });

  test("says which issuer a verifier would not start with", async () => {
    await writeProject(folder, { "pki/issuer.pem": ed25519.pem });
    expect(await problems()).toEqual([]);
    expect(await problems("--profile", "modern")).toEqual([]);
    expect(await problems("--profile", "fips-approved")).toEqual([
      expect.stringMatching(
        /^pki\/issuer\.pem: certificates\[0\]: .*a key of Ed25519: the profile fips-approved takes/,
      ),
      expect.stringMatching(/^pki\/issuer\.pem: certificates\[0\]: .*signed with Ed25519/),
    ]);
  });

  test("says which listed certificate every pull would be refused with, as far as it is at hand", async () => {
    const leaf = mintLeaf(mintCa({}), { keys: keysOf("ed25519"), names: ["shop.example.com"] });
    const unlisted = mintLeaf(mintCa({}), { keys: keysOf("ed25519") });
    const mapping = mappingText(({ hosts, ...rest }) => {
      const shop = hosts["shop.example.com"];
      const accept = { ...shop.accept, certificates: [leaf.fingerprint] };
      return { ...rest, hosts: { ...hosts, "shop.example.com": { ...shop, accept } } };
    });
    await writeProject(folder, {
      "mapping.json": mapping,
      "pki/2026/shop.pem": leaf.pem,
      "pki/unlisted.pem": unlisted.pem,
      "pki/noise.pem": "no certificate",
    });
    expect(await problems()).toEqual([]);
    expect(await problems("--profile", "fips-approved")).toEqual([
      expect.stringMatching(
        /^pki\/2026\/shop\.pem: certificates\[0\]: has a key of Ed25519.*; shop\.example\.com lists it/,
      ),
    ]);
    mkdirSync(join(folder, "keys"));
    writeFileSync(join(folder, "keys/shop.pem"), leaf.pem);
    expect(await problems("--profile", "fips-approved", "--certificates", "keys")).toEqual([
      expect.stringMatching(/^keys\/shop\.pem: /),
    ]);
  });
});

test.skipIf(skip)("check --profile post-quantum says that no Worker can pull then", async () => {
  await writeProject(folder, {
    "pki/issuer.pem": mintCa({ subject: "own", keys: keysOf("ml-dsa-65") }).pem,
  });
  expect(await problems()).toEqual([]);
  expect(await problems("--profile", "post-quantum")).toEqual(
    ["shop", "blog"].map((name): unknown =>
      expect.stringContaining(
        `mapping.json: hosts["${name}.example.com"].present: a Worker's binding takes no certificate`,
      ),
    ),
  );
});
