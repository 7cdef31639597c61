import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { closeSync, existsSync, openSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { describe, expect, it } from "vitest";
import { skipUnless } from "../../support/loud-skip.ts";
import { BLOG, SHOP } from "../../support/verifier-world.ts";
import { useBinWorld } from "./support/bin-world.ts";
import { BIN } from "./support/bin.ts";
import { readModuleGraph, recordModules } from "./support/module-graph.ts";
import { pull } from "./support/pull.ts";

const { files: makeFiles, application: startApplication, start } = useBinWorld();

/** The documentation's addresses (RFC 5737, RFC 3849): nobody's, and so in no line but as what a visitor said. */
const VISITORS = ["192.0.2.77", "198.51.100.77", "2001:db8::77", "203.0.113.77"];
const [first = "", second = "", third = "", fourth = ""] = VISITORS;

describe.each([["json"], ["pretty"]])(
  "a visitor's address is in no line (--log-format %s)",
  (format) => {
    it("of an accepted pull, of a refused one, or of one that is malformed", async () => {
      const files = await makeFiles();
      const application = await startApplication("application");
      const flags = [...files.flags(application.address), "--log-accepted", "--log-format", format];
      const bin = start([...flags, "--admin", "127.0.0.1:0", "--no-watch"]);
      const port = await portOf(bin.lines, format);
      const said = {
        "x-forwarded-for": `${first}, ${second}`,
        "cf-connecting-ip": third,
        "true-client-ip": fourth,
        forwarded: `for=${first}`,
        "x-real-ip": second,
      };
      const asks = [
        { headers: { host: SHOP, ...said } },
        { headers: { host: BLOG, ...said } },
        { headers: { host: SHOP, ...said, "x-forwarded-for": [first, second] } },
        { headers: { host: SHOP, ...said, "cf-connecting-ip": [third, fourth] } },
        { headers: { host: SHOP, ...said, "x-forwarded-host": "a, b", te: "x" } },
        { headers: { host: SHOP, ...said, expect: "what" } },
        {
          headers: { host: SHOP, ...said, "content-length": "2", "transfer-encoding": "chunked" },
          method: "POST",
        },
        { headers: { host: SHOP, ...said }, method: "TRACE" },
      ];
      const statuses: (number | string | undefined)[] = [];
      for (const ask of asks) {
        statuses.push(
          await pull(port, files.pki.shop, ask).then(
            ({ status }) => status,
            (error: NodeJS.ErrnoException) => error.code,
          ),
        );
      }
      await pull(port, files.pki.blog, { headers: { host: SHOP, ...said } });
      await pull(port, null, { headers: { host: SHOP, ...said } }).catch(() => {});
      expect(statuses.slice(0, 2)).toEqual([200, 421]);
      bin.signal("SIGTERM");
      await bin.ended;
      const log = bin.lines.join("\n");
      expect(log.match(/refused/g)?.length).toBeGreaterThan(3);
      expect(log).toMatch(/accepted/);
      for (const visitor of VISITORS) expect(log).not.toContain(visitor);
    });
  },
);

/** The port that the log names, in either format. */
async function portOf(lines: readonly string[], format: string): Promise<number> {
  const wanted =
    format === "json" ? /"listener":"origin".*"port":(\d+)/ : /accepting pulls on .*:(\d+)/;
  const found = (): string | undefined => lines.map((line) => wanted.exec(line)?.[1]).find(Boolean);
  await expect.poll(found, { timeout: 20_000 }).toBeDefined();
  return Number(found());
}

describe("the log for people", () => {
  it("is asked for with --log-format pretty, and says in plain words why something was refused", async () => {
    const files = await makeFiles();
    const recorded = files.path("modules.txt");
    const bin = start([...files.flags(), "--log-format", "pretty"], {
      nodeOptions: recordModules(recorded),
    });
    const port = await portOf(bin.lines, "pretty");
    await pull(port, files.pki.blog);
    const said = (): string => bin.lines.join("\n");
    await expect
      .poll(said)
      .toMatch(/a good certificate, but not this hostname's \(certificate-not-accepted\)/);
    await files.write("issuer.pem", "");
    bin.signal("SIGHUP");
    await expect.poll(said).toMatch(/reload failed: trust 1 stays in force\n\s+.*issuer\.pem: /);
    bin.signal("SIGTERM");
    expect(await bin.ended).toEqual({ code: 0, stderr: "" });
    // Every line is there at the end, and none is JSON.
    expect(bin.lines.at(-1)).toMatch(/stopped: everything was answered/);
    for (const line of bin.lines) expect(line).not.toMatch(/^\{/);
    // No colours where there is no terminal.
    expect(said()).not.toContain("\u001B");
    const { packages, builtins } = await readModuleGraph(recorded);
    expect(packages).toContain("pino-pretty");
    expect(builtins).not.toContain("child_process");
  });

  const noScript = skipUnless(
    spawnSync("script", ["--version"]).status === 0,
    "script (apt-get install bsdutils)",
  );
  it.skipIf(noScript).each([
    ["with colours", {}, true],
    ["without, where NO_COLOR says so", { NO_COLOR: "1" }, false],
  ])("is what a terminal gets, %s", async (_what, environment, coloured) => {
    const files = await makeFiles();
    const command = [process.execPath, BIN, ...files.flags()].map((word) => `'${word}'`).join(" ");
    // Nothing inherited: Node believes CI, TMUX, COLORTERM, FORCE_COLOR and more about what a terminal can show.
    const child = spawn("script", ["-qec", `exec ${command}`, "/dev/null"], {
      env: { PATH: process.env["PATH"], TERM: "xterm-256color", ...environment },
      stdio: ["pipe", "pipe", "inherit"],
    });
    let said = "";
    child.stdout.on("data", (chunk: Buffer) => (said += chunk.toString()));
    await expect.poll(() => said, { timeout: 20_000 }).toMatch(/watching 5 files in 1 folder/);
    // What Ctrl-C is to a terminal.
    child.stdin.write("\u0003");
    await expect.poll(() => said, { timeout: 20_000 }).toMatch(/stopped: everything was answered/);
    child.stdin.end();
    expect(said.includes("\u001B[")).toBe(coloured);
  });
});

it.skipIf(!existsSync("/dev/full"))("a full disk under it ends nothing", async () => {
  const files = await makeFiles();
  const application = await startApplication("application");
  const full = openSync("/dev/full", "w");
  // Its log says nothing of the port that it chose.
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, "close");
  const flags = [...files.flags(application.address), "--listen", `127.0.0.1:${port}`];
  const child = spawn(process.execPath, [BIN, ...flags, "--log-accepted", "--no-watch"], {
    stdio: ["ignore", full, "pipe"],
  });
  closeSync(full);
  try {
    const said = text(child.stderr as Readable);
    const good = () => pull(port, files.pki.shop, { headers: { host: SHOP } });
    await expect
      .poll(
        () =>
          good().then(
            ({ status }) => status,
            () => null,
          ),
        { timeout: 20_000 },
      )
      .toBe(200);
    for (let stranger = 0; stranger < 40; stranger += 1)
      await pull(port, null, { headers: { host: SHOP } }).catch(() => {});
    expect((await good()).status).toBe(200);
    child.kill("SIGTERM");
    const [code] = (await once(child, "exit")) as [number | null];
    expect(code).toBe(0);
    // Once, and no stack.
    expect(await said).toMatch(/^origin-verifier: the log cannot be written \(ENOSPC\).*\n$/);
  } finally {
    child.kill("SIGKILL");
  }
});

it("a flood of refusals is written so many times, and then told as a number", async () => {
  const log = new URL("../../../origin-verifier/log/create-log.ts", import.meta.url).href;
  const program = `
    import { createLog, openOutput } from ${JSON.stringify(log)};
    const log = createLog(await openOutput("json", false), null);
    for (let n = 0; n < 5_000; n += 1)
      log.write({ event: "handshake-failed", detail: "", remoteAddress: "192.0.2.1", remotePort: n });
    log.end();`;
  const child = spawn(process.execPath, ["--input-type=module", "--eval", program]);
  const lines = (await text(child.stdout))
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as { event: string; count?: number });
  const written = lines.filter(({ event }) => event === "handshake-failed").length;
  expect(written).toBeGreaterThanOrEqual(500);
  expect(written).toBeLessThan(600);
  const omitted = lines.filter(({ event }) => event === "refusals-omitted");
  expect(omitted.reduce((sum, { count = 0 }) => sum + count, 0)).toBe(5_000 - written);
});
