import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { beforeEach, describe, expect, test } from "vitest";
import { LOCAL_FOLDER_VARIABLE } from "../../cli/local-world/layout.ts";
import { skipUnless } from "../support/loud-skip.ts";
import { noneLeft, processesWithEnvironment } from "./support/processes.ts";
import { runPullproof, spawnPullproof, type Ran } from "./support/run-pullproof.ts";
import { useTemporaryFolders } from "./support/temporary-folder.ts";

/* A project that the edge presents for alone, in a folder without wrangler: what `init --edge` has written, and nothing else. */

const PORTS = ["--origin-port", "--application-port", "--edge-port"].flatMap((flag) => [flag, "0"]);
const skipCurl = skipUnless(
  spawnSync("curl", ["--version"]).status === 0,
  "curl (apt-get install curl)",
);

const newFolder = useTemporaryFolders();
let folder = "";
let environment: NodeJS.ProcessEnv = {};
beforeEach(() => {
  folder = newFolder();
  environment = { [LOCAL_FOLDER_VARIABLE]: join(folder, "local") };
});

const run = async (...args: readonly string[]): Promise<Ran> =>
  await runPullproof(args, folder, environment);
const edge = (origin: string): object => ({
  origin,
  present: { by: "edge", level: "hostname" },
  accept: { issuer: "own", certificates: [`sha256:${"a".repeat(64)}`] },
});

function writeMapping(hosts: Readonly<Record<string, object>>): void {
  const issuers = { own: { certificates: "pki/issuer.pem" } };
  writeFileSync(join(folder, "mapping.json"), JSON.stringify({ version: 1, issuers, hosts }));
}

describe("pullproof dev, where no Worker presents", { timeout: 120_000 }, () => {
  test("starts nothing where no entry of the edge's can be pulled, and says who knows why", async () => {
    const origin = "https://www.acme.test";
    writeMapping({ "www.acme.test": edge(origin), "docs.acme.test": edge(origin) });
    const { status, stdout, stderr } = await run("dev", "--once", ...PORTS);
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(stderr).toContain("mapping.json: hosts: ");
    expect(stderr).toContain("next: pullproof check");
    expect(processesWithEnvironment(join(folder, "local"))).toEqual([]);
  });

  test("tries everything at the edge, and needs neither the twin nor the Worker's port", async () => {
    expect(await run("init", "--edge", "www.acme.test")).toMatchObject({ status: 0 });
    expect(await run("check")).toMatchObject({ status: 0, stderr: "" });
    const busy = createServer();
    busy.listen(0, "127.0.0.1");
    await once(busy, "listening");
    const { port } = busy.address() as AddressInfo;
    const flags = ["--once", "--json", "--port", String(port), ...PORTS];
    const { status, stdout, stderr } = await run("dev", ...flags);
    busy.close();
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    const { ok, rows, addresses, byHand } = JSON.parse(stdout) as {
      readonly ok: boolean;
      readonly rows: readonly {
        readonly towards: string;
        readonly tried: string;
        readonly expected: { readonly verdict: string };
      }[];
      readonly addresses: Readonly<Record<string, string>>;
      readonly byHand: readonly object[];
    };
    expect(ok).toBe(true);
    expect(Object.keys(addresses)).not.toContain("worker");
    expect(rows.map(({ towards }) => towards).join()).not.toContain("Worker");
    expect(rows.map(({ tried, expected: { verdict } }) => [tried, verdict])).toEqual(
      expect.arrayContaining([
        ["www.acme.test, through the edge", "gets-through"],
        ["www.acme.test, through the edge", "accepted"],
        ["a visitor led there by a DNS-only record", "refused"],
      ]),
    );
    expect(byHand).toHaveLength(3);
    expect(processesWithEnvironment(join(folder, "local"))).toEqual([]);
  });

  test.skipIf(skipCurl)(
    "stays up, and says where the edge is and nothing of a Worker",
    async () => {
      writeMapping({ "www.acme.test": edge("https://www.acme.test") });
      const child = spawnPullproof(["dev", ...PORTS], folder, environment);
      try {
        const said: string[] = [];
        for await (const line of createInterface(child.stdout ?? process.stdin)) {
          said.push(line);
          if (line.includes("Each pull from here on")) break;
        }
        const shown = said.join("\n");
        expect(shown).not.toMatch(/worker|wrangler/i);
        const [, url = ""] = /^ {2}edge +(http:\S+) /m.exec(shown) ?? [];
        expect(shown).toContain(url.replace("127.0.0.1", "www.acme.test"));
        const asked = spawnSync("curl", ["-sS", "-H", "Host: www.acme.test", url]);
        expect(JSON.parse(asked.stdout.toString())).toMatchObject({ hostname: "www.acme.test" });
      } finally {
        child.kill("SIGINT");
        await once(child, "close");
      }
      await noneLeft(join(folder, "local"));
    },
  );
});
