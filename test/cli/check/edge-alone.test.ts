import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { issueIssuer } from "../../../cli/certificates/issue-issuer.ts";
import { localBinding, WRANGLER } from "../support/project.ts";
import { runIn, type Ran } from "../support/run-pullproof.ts";
import { useTemporaryFolders } from "../support/temporary-folder.ts";

/*
 * A project without a Worker: mapping and issuer, and nothing else. Where one entry is presented by a Worker, wrangler's files are
 * asked for as ever.
 */

const newFolder = useTemporaryFolders();
let folder = "";
beforeEach(async () => {
  folder = newFolder();
  const issuer = await issueIssuer({ name: "own", keyType: "p256", days: 30, now: new Date() });
  write("pki/issuer.pem", issuer.certificate);
  writeMapping({ "www.acme.test": edgeEntry("www.acme.test") });
});

function write(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

function writeMapping(hosts: Readonly<Record<string, unknown>>): void {
  const issuers = { own: { certificates: "pki/issuer.pem" } };
  write("mapping.json", JSON.stringify({ version: 1, issuers, hosts }));
}

function edgeEntry(hostname: string): object {
  return {
    origin: `https://${hostname}`,
    present: { by: "edge", level: "hostname" },
    accept: { issuer: "own", certificates: [`sha256:${"a".repeat(64)}`] },
  };
}

const WORKER_ENTRY = {
  origin: "https://origin-shop.acme.test",
  present: { by: "worker", binding: "PULL_CERT_SHOP" },
  accept: { issuer: "own", certificates: [`sha256:${"b".repeat(64)}`] },
};

const check = async (...flags: string[]): Promise<Ran> => await runIn(folder, "check", ...flags);

async function placesOf(): Promise<readonly string[]> {
  const { stdout } = await check("--json");
  const { problems } = JSON.parse(stdout) as {
    problems: readonly { file: string; path: string; next: string }[];
  };
  for (const { next } of problems) expect(next).toMatch(/\w$/);
  return problems.map(({ file, path }) => `${file}: ${path}`);
}

describe("finds", () => {
  test("wrangler's files missing where one entry of two is presented by a Worker", async () => {
    writeMapping({ "www.acme.test": edgeEntry("www.acme.test"), "shop.acme.test": WORKER_ENTRY });
    expect(await placesOf()).toEqual(["wrangler.toml: ", "wrangler.local.toml: "]);
  });

  test("both missing where the mapping does not parse: nobody knows who presents", async () => {
    write("mapping.json", "{");
    expect(await placesOf()).toEqual([
      "mapping.json: ",
      "wrangler.toml: ",
      "wrangler.local.toml: ",
    ]);
  });

  test("a binding that is left over in wrangler's files, although no entry needs them", async () => {
    write("wrangler.toml", WRANGLER.replace('["enable_request_signal"]', "[]"));
    write(
      "wrangler.local.toml",
      `name = "x"\n${localBinding("PULL_CERT_SHOP", "origin-shop.acme.test")}`,
    );
    expect(await placesOf()).toEqual([
      "wrangler.toml: mtls_certificates[0].binding",
      "wrangler.toml: mtls_certificates[1].binding",
      "wrangler.local.toml: services[0].binding",
    ]);
  });

  test("wrangler's files that are there and do not parse: what is left over in them nobody can tell", async () => {
    write("wrangler.toml", "name = ");
    write("wrangler.local.toml", "name = ");
    const files = (await placesOf()).map((place) => place.split(":")[0]);
    expect(files).toEqual(["wrangler.toml", "wrangler.local.toml"]);
  });
});

describe("is clean", () => {
  test("without any file of wrangler's, and says what was compared", async () => {
    for (const flags of [[], ["--deploy"]]) {
      const { status, stdout, stderr } = await check(...flags);
      expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
      expect(stdout).toContain("1 hostname, for which the edge presents");
      expect(stdout).not.toContain("wrangler");
    }
  });

  test("beside another Worker, of whose flags, date, code and types nothing is asked", async () => {
    write("wrangler.toml", 'name = "site"\nmain = "worker/index.ts"\nroutes = ["a.test/*"]\n');
    write("wrangler.local.toml", 'name = "twin"\nroutes = ["a.test/*"]\n');
    write("worker/index.ts", 'import "./generated/mapping-bindings.ts";\n');
    expect(await check()).toMatchObject({ status: 0, stderr: "" });
  });
});
