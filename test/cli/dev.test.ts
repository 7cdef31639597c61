import { spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { beforeEach, describe, expect, test } from "vitest";
import { LOCAL_FOLDER_VARIABLE } from "../../cli/local-world/layout.ts";
import { noneLeft, processesWithEnvironment } from "./support/processes.ts";
import { runPullproof, spawnPullproof } from "./support/run-pullproof.ts";
import { useTemporaryFolders } from "./support/temporary-folder.ts";

const ROOT = join(import.meta.dirname, "../..");
const ANY_PORTS = ["--port", "--origin-port", "--application-port", "--edge-port"].flatMap(
  (flag) => [flag, "0"],
);

interface Shown {
  readonly ok: boolean;
  readonly rows: readonly {
    readonly tried: string;
    readonly asItShouldBe: boolean;
    readonly reason: string;
    readonly happened: Readonly<Record<string, unknown>>;
  }[];
}

const newFolder = useTemporaryFolders();
let folder = "";
let environment: NodeJS.ProcessEnv = {};
beforeEach(() => {
  folder = join(newFolder(), "local");
  environment = { [LOCAL_FOLDER_VARIABLE]: folder };
});

const dev = async (...flags: readonly string[]) =>
  await runPullproof(["dev", ...flags], ROOT, environment);

describe("pullproof dev --once", { timeout: 120_000 }, () => {
  test("tries everything, shows it, exits 0, and leaves no process behind", async () => {
    const { status, stdout, stderr } = await dev("--once", ...ANY_PORTS);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout.match(/✓/g)).toHaveLength(15);
    // Somebody gets through where nobody is asked: as it should be, and marked.
    expect(stdout.match(/^ {2}! an external device/gm)).toHaveLength(1);
    expect(stdout).not.toContain("✗");
    expect(stdout).not.toContain("\u001b[");
    expect(stdout).toContain("All 17 as they should be.");
    expect(processesWithEnvironment(folder)).toEqual([]);
    // What wrangler kept for this run is gone with it.
    expect(readdirSync(join(folder, "wrangler"))).toEqual([]);
  });

  test("exits 1 for a row that is not as it should be, and says why in its data", async () => {
    // Blog's binding presents shop's certificate: what a mistake in the account's store looks like.
    const twin = join(folder, "../wrangler.toml");
    const text = readFileSync(join(ROOT, "wrangler.local.toml"), "utf8")
      .replace('main = "worker/index.ts"', `main = "${ROOT}/worker/index.ts"`)
      .replaceAll("PULL_CERT_BLOG.pem", "PULL_CERT_SHOP.pem")
      .replaceAll("PULL_CERT_BLOG.key", "PULL_CERT_SHOP.key");
    writeFileSync(twin, text);
    // wrangler and the stand-in are looked for beside the configuration.
    spawnSync("ln", ["-s", join(ROOT, "node_modules"), join(folder, "../node_modules")]);
    const { status, stdout } = await dev("--once", "--json", "--local", twin, ...ANY_PORTS);
    const { ok, rows } = JSON.parse(stdout) as Shown;
    expect({ status, ok }).toEqual({ status: 1, ok: false });
    expect(rows.filter(({ asItShouldBe }) => !asItShouldBe)).toMatchObject([
      {
        tried: "blog.example.com",
        happened: { verdict: "refused", reason: "certificate-not-accepted", answer: 502 },
      },
    ]);
    expect(rows).toHaveLength(17);
  });

  test("starts nothing where a port is taken", async () => {
    const busy = createServer();
    busy.listen(0, "127.0.0.1");
    await once(busy, "listening");
    const { port } = busy.address() as AddressInfo;
    const flags = [
      "--once",
      "--port",
      String(port),
      "--origin-port",
      "0",
      "--application-port",
      "0",
      "--edge-port",
      "0",
    ];
    const { status, stdout, stderr } = await dev(...flags);
    busy.close();
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(stderr).toContain(`port ${port} is in use; the Worker wants it`);
    expect(stderr).toMatch(/next: pullproof dev --port \d+\n/);
    expect(existsSync(folder)).toBe(false);
  });

  test("starts nothing where the edge's port is taken, and needs none without an edge", async () => {
    const busy = createServer();
    busy.listen(0, "127.0.0.1");
    await once(busy, "listening");
    const port = String((busy.address() as AddressInfo).port);
    const others = [...ANY_PORTS.slice(0, -1), port];
    const { status, stderr } = await dev("--once", ...others);
    expect(status).toBe(1);
    expect(stderr).toContain(`port ${port} is in use; the edge wants it`);
    expect(stderr).toMatch(/next: pullproof dev --edge-port \d+\n/);
    expect(existsSync(folder)).toBe(false);

    // The rows of the mapping without the edge's entry are those of the mapping with it, up to there.
    const mapping = join(folder, "../mapping.json");
    const { hosts, ...rest } = JSON.parse(readFileSync(join(ROOT, "mapping.json"), "utf8")) as {
      hosts: Record<string, { present: { by: string } }>;
    };
    const worker = Object.entries(hosts).filter(([, { present }]) => present.by === "worker");
    writeFileSync(mapping, JSON.stringify({ ...rest, hosts: Object.fromEntries(worker) }));
    const without = await dev("--once", "--json", "--mapping", mapping, ...others);
    busy.close();
    expect({ status: without.status, stderr: without.stderr }).toEqual({ status: 0, stderr: "" });
    const { rows } = JSON.parse(without.stdout) as Shown;
    expect(rows).toHaveLength(7);
    expect(without.stdout).not.toContain("edge");
  });

  test.each([
    ["--mapping", "nowhere.json"],
    ["--local", "nowhere.toml"],
  ])("starts nothing where the file of %s is not there", async (flag, file) => {
    const { status, stderr } = await dev("--once", flag, file);
    expect(status).toBe(1);
    expect(stderr).toContain(`${file}: is not there`);
    expect(existsSync(folder)).toBe(false);
  });

  test("shows what wrangler said where it fails, and leaves no process behind", async () => {
    const twin = join(folder, "../wrangler.toml");
    writeFileSync(twin, 'name = "x"\nmain = "broken.ts"\ncompatibility_date = "2026-10-01"\n');
    writeFileSync(join(folder, "../broken.ts"), "export default {{{");
    spawnSync("ln", ["-s", join(ROOT, "node_modules"), join(folder, "../node_modules")]);
    const { status, stderr } = await dev("--once", "--local", twin, ...ANY_PORTS);
    expect(status).toBe(1);
    expect(stderr).toContain("wrangler dev ended with exit code 1; it said:");
    expect(stderr).toContain("broken.ts:1:16");
    expect(stderr).not.toContain("\u001b[");
    await noneLeft(folder);
  });
});

/** What a world says up to a line. */
async function upTo(child: ChildProcess, line: string): Promise<readonly string[]> {
  const lines: string[] = [];
  if (child.stdout === null) throw new Error("no stdout");
  for await (const said of createInterface({ input: child.stdout })) {
    lines.push(said);
    if (said.includes(line)) return lines;
  }
  throw new Error(`ended without "${line}":\n${lines.join("\n")}`);
}

describe("pullproof dev", { timeout: 120_000 }, () => {
  test("stays up until Ctrl-C, then exits 0 and leaves no process behind", async () => {
    const child = spawnPullproof(["dev", ...ANY_PORTS], ROOT, environment);
    const lines = await upTo(child, "Each pull from here on");
    expect(lines.join("\n")).toContain("All 17 as they should be.");
    expect(processesWithEnvironment(folder).length).toBeGreaterThan(4);
    child.kill("SIGINT");
    expect(await once(child, "exit")).toEqual([0, null]);
    expect(processesWithEnvironment(folder)).toEqual([]);
  });

  test("ends where nobody reads any more, and leaves no process behind", async () => {
    const child = spawnPullproof(["dev", ...ANY_PORTS], ROOT, environment);
    child.stdout?.destroy();
    expect(await once(child, "exit")).toEqual([0, null]);
    expect(processesWithEnvironment(folder)).toEqual([]);
  });

  test("takes everything along when it is killed", async () => {
    const child = spawnPullproof(["dev", ...ANY_PORTS], ROOT, environment);
    await upTo(child, "Each pull from here on");
    child.kill("SIGKILL");
    expect(await once(child, "exit")).toEqual([null, "SIGKILL"]);
    await noneLeft(folder);
  });

  test("interrupted while it starts, exits 1 and leaves no process behind", async () => {
    const child = spawnPullproof(["dev", ...ANY_PORTS], ROOT, environment);
    // The first file of the local world is its issuer's: from here on something is being started.
    const { promise, resolve } = Promise.withResolvers<void>();
    const look = setInterval(() => {
      if (existsSync(join(folder, "origin-verifier.json"))) resolve();
    }, 10);
    await promise;
    clearInterval(look);
    child.kill("SIGTERM");
    expect(await once(child, "exit")).toEqual([1, null]);
    await noneLeft(folder);
  });
});
