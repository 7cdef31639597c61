import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { mintCa, mintLeaf, type Minted } from "../../support/certificates.ts";
import { startFakeCloudflare } from "../../support/cloudflare/start-fake-cloudflare.ts";
import { skipUnless } from "../../support/loud-skip.ts";
import { useTemporaryFolders } from "../support/temporary-folder.ts";

/*
 * A person at a terminal: `script` gives the command one. Who has agreed to a plan is asked again where the world has changed
 * since, on the same terminal, with its keys as they were.
 */
const newFolder = useTemporaryFolders();
const NO_SCRIPT = skipUnless(
  spawnSync("script", ["--version"]).status === 0,
  "script (apt-get install bsdutils)",
);
const BIN = fileURLToPath(new URL("../../../cli/pullproof.ts", import.meta.url));
const issuer = mintCa();
const shop = mintLeaf(issuer, { names: ["shop.example.com"] });
const blog = mintLeaf(issuer, { names: ["blog.example.com"] });

function mappingOf(leaves: Readonly<Record<string, Minted>>): string {
  const hosts = Object.entries(leaves).map(([name, { fingerprint }]) => [
    `${name}.example.com`,
    {
      origin: `https://origin-${name}.example.net`,
      present: { by: "worker", binding: `PULL_CERT_${name.toUpperCase()}` },
      accept: { issuer: "own", certificates: [fingerprint] },
    },
  ]);
  const issuers = { own: { certificates: "pki/issuer.pem" } };
  return JSON.stringify({ version: 1, issuers, hosts: Object.fromEntries(hosts) as object });
}

const binding = (name: string, last: number): string =>
  `\n[[mtls_certificates]]\nbinding = "${name}"\ncertificate_id = "00000000-0000-0000-0000-00000000000${last}"\n`;

function writeProject(folder: string): void {
  mkdirSync(path.join(folder, "pki"));
  const files: Readonly<Record<string, string>> = {
    "mapping.json": mappingOf({ shop }),
    "wrangler.toml": `name = "pulls"\n${binding("PULL_CERT_SHOP", 1)}${binding("PULL_CERT_BLOG", 2)}`,
    "pki/issuer.pem": issuer.pem,
    "pki/shop.pem": shop.pem,
    "pki/shop.key": shop.keyPem,
    "pki/blog.pem": blog.pem,
    "pki/blog.key": blog.keyPem,
  };
  for (const [name, text] of Object.entries(files))
    writeFileSync(path.join(folder, name), text, { mode: 0o600 });
}

test.skipIf(NO_SCRIPT)(
  "what nobody was shown is asked about again, and left where the answer is no",
  async () => {
    const folder = newFolder();
    writeProject(folder);
    const cloudflare = await startFakeCloudflare();
    // Without a size a terminal is no columns wide, and the question a letter a line.
    const command = `stty cols 100 rows 40; '${process.execPath}' '${BIN}' apply --assume-accepted --wait 1s`;
    const child = spawn("script", ["-qec", command, "/dev/null"], {
      cwd: folder,
      env: {
        PATH: process.env["PATH"] ?? "",
        TERM: "xterm",
        NO_COLOR: "1",
        ...cloudflare.environment,
      },
    });
    try {
      let said = "";
      child.stdout.setEncoding("utf8").on("data", (text: string) => {
        said += text;
      });
      const questions = (): number => said.split("◆").length - 1;
      const until = async (holds: () => boolean): Promise<void> => {
        while (!holds()) await once(child.stdout, "data");
      };
      await until(() => questions() > 0 && said.includes("Do this?"));
      expect(said).not.toContain("blog.example.com");
      // A colleague lists another hostname while the question stands.
      writeFileSync(path.join(folder, "mapping.json"), mappingOf({ shop, blog }));
      child.stdin.write("y");
      await until(() => said.includes("What follows is not what was shown before"));
      const anew = said.indexOf("What follows");
      await until(() => said.slice(anew).includes("Do this?"));
      expect(said.slice(anew)).toContain("blog.example.com");
      const ended = once(child, "close");
      child.stdin.write("n");
      expect(await ended).toEqual([4, null]);
      expect(said).toContain("not agreed to");
      expect(said).toContain("next: pullproof apply --assume-accepted");
      expect([...cloudflare.state.accountCertificates.values()]).toHaveLength(1);
    } finally {
      child.kill("SIGKILL");
      await cloudflare.close();
    }
  },
);
