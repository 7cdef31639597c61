import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { tellOneStory } from "../support/one-story.ts";
import { runPullproof } from "../cli/support/run-pullproof.ts";
import { startEndToEndWorld, type EndToEndWorld } from "../end-to-end/support/end-to-end-world.ts";
import { BLOG, SHOP } from "../end-to-end/support/hosts.ts";
import type { OriginMachine } from "../end-to-end/support/origin-machine.ts";
import { readFlags } from "../../origin-verifier/command/read-flags.ts";
import { skipUnless } from "../support/loud-skip.ts";

/*
 * README.md as a story, and beside it the pages that it leads to and whose commands begin in the same project: every command of
 * their blocks for a shell, in their order and as they stand there, in a project that begins as an empty folder; with the real
 * wrangler, a fake Cloudflare, two real verifiers and nginx. What is left to run at the end is a failure: whoever adds a command
 * to one of these pages adds it here.
 */

const ROOT = path.resolve(import.meta.dirname, "../..");
const STORY = { timeout: 180_000, retry: 0 };
const NGINX = "/usr/sbin/nginx";
const noNginx = skipUnless(existsSync(NGINX), "nginx (apt-get install nginx)");

/** A page's lines of all blocks for a shell, those that go on joined; the clone's own commands are CI's to run. */
function commandsOf(page: string): string[] {
  return [
    ...readFileSync(path.join(ROOT, page), "utf8")
      .replaceAll(/\\\n\s*/g, " ")
      .matchAll(/^ *```sh\n(?<block>[^]*?)^ *```$/gm),
  ]
    .flatMap(({ groups }) => (groups?.["block"] ?? "").split("\n"))
    .map((line) => line.replace(/\s#.*$/, "").trim())
    .filter((line) => /^(?:npx )?(?:pullproof|origin-verifier|nginx) /.test(line));
}

const README = "README.md";
const CERTIFICATES = "docs/concepts/pull-certificates.md";
const SERVERS = "docs/servers.md";
/** What nobody has run yet, of each page. */
const left = new Map([README, CERTIFICATES, SERVERS].map((page) => [page, commandsOf(page)]));

let world: EndToEndWorld;
let east: OriginMachine;
let west: OriginMachine;
beforeAll(async () => {
  world = await startEndToEndWorld();
});
afterAll(async () => {
  await world.close();
});
tellOneStory();

/** A page's next command, which has to begin so; its words behind the program. */
function next(page: string, begins: string): readonly string[] {
  const line = left.get(page)?.shift() ?? "(nothing)";
  if (!line.startsWith(begins)) throw new Error(`${page} says: ${line}`);
  return line.replace(/^npx /, "").split(/\s+/).slice(1);
}

/** Runs it as the operator. `http://127.0.0.1:9464` is east; what only a test has to add comes behind. */
async function runOf(page: string, begins: string, ...more: readonly string[]) {
  const args = next(page, `npx pullproof ${begins}`).map((word) =>
    word === "http://127.0.0.1:9464" ? east.admin : word,
  );
  return await world.operator.run(...args, ...more);
}
/** README.md's own. */
const run = async (begins: string, ...more: readonly string[]) =>
  await runOf(README, begins, ...more);
/** The other machine, and what a run needs where nobody can be asked. */
const told = (): readonly string[] => ["--verifier", west.admin, "--yes", "--wait", "60s"];

test("begin: init in an empty folder, check, dev", STORY, async () => {
  expect(await run("init")).toMatchObject({ status: 0 });
  world.project.install();
  expect(await run("check")).toMatchObject({ status: 0, stderr: "" });
  const args = next(README, "npx pullproof dev");
  const ports = [
    "--once",
    "--json",
    "--port",
    "0",
    "--origin-port",
    "0",
    "--application-port",
    "0",
  ];
  const ran = await runPullproof([...args, ...ports], world.project.folder);
  expect(ran).toMatchObject({ status: 0, stderr: "" });
});

test("certificates, one by one: from an issuer, by a request, and looked at", STORY, async () => {
  expect(await runOf(CERTIFICATES, "issue pay.example.com --issuer")).toMatchObject({ status: 0 });
  expect(await runOf(CERTIFICATES, "lint")).toMatchObject({ status: 0 });
  expect(await runOf(CERTIFICATES, "issue pay.example.com --csr --out pki/pay")).toMatchObject({
    status: 0,
  });
});

test("the verifier and the Worker: applied, and looked at before it is locked", STORY, async () => {
  const flags = next(README, "origin-verifier ");
  expect(readFlags(flags, {})).toMatchObject({ ask: "run" });
  world.project.addRoutes("example.com", [SHOP.hostname, BLOG.hostname]);
  [east, west] = await world.bringOriginUp();
  expect(await run("apply", ...told())).toMatchObject({ status: 0 });
  expect(await run("status")).toMatchObject({ status: 0 });
  const here = ["--no-worker", "--address", `127.0.0.1:${east.port}`, "--plain-port", "1"];
  writeFileSync(path.join(world.project.folder, "origin-ca.pem"), world.originIssuer);
  const doctor = await run("doctor", ...here, "--origin-ca", "origin-ca.pem");
  expect(doctor, doctor.stdout).toMatchObject({ status: 0 });
  expect((await run("alerts")).stderr).not.toContain("unknown");
});

test("on another server: rendered for nginx and HAProxy", STORY, async () => {
  const { folder } = world.project;
  const nginx = await runOf(SERVERS, "render nginx");
  expect(nginx, nginx.stderr).toMatchObject({ status: 0 });
  // What is named there by its place on the origin's machine is here.
  const own = path.join(folder, "../east/origin");
  copyFileSync(`${own}.key`, `${own}.pem.key`);
  const origins = Object.fromEntries(
    [SHOP, BLOG].map(({ originHostname }) => [
      originHostname,
      {
        certificate: `${own}.pem`,
        key: `${own}.pem.key`,
        application: "http://127.0.0.1:3000",
      },
    ]),
  );
  writeFileSync(
    path.join(folder, "origin-verifier.json"),
    JSON.stringify({ mapping: "mapping.json", listen: "127.0.0.1:8443", origins }),
  );
  const haproxy = next(SERVERS, "npx pullproof render haproxy").map((word) =>
    word.startsWith("/etc/") ? path.join(folder, word) : word,
  );
  const ran = await world.operator.run(...haproxy);
  expect(ran, ran.stderr).toMatchObject({ status: 0 });
});

test.skipIf(noNginx)("nginx takes it, and it is tried like any other origin", STORY, async () => {
  const { folder } = world.project;
  const own = path.join(folder, "../east/origin");
  expect(next(SERVERS, "nginx ")).toEqual(["-t", "&&", "nginx", "-s", "reload"]);
  const text = world.project
    .read("rendered/pullproof.conf")
    .replaceAll("/etc/ssl/origin", own)
    .replaceAll("/etc/pullproof/", `${folder}/`);
  writeFileSync(path.join(folder, "pullproof.conf"), text);
  const whole = `events {}\npid ${folder}/nginx.pid;\nhttp { include ${folder}/pullproof.conf; }\n`;
  writeFileSync(path.join(folder, "nginx.conf"), whole);
  const tried = spawnSync(NGINX, ["-t", "-e", "stderr", "-c", path.join(folder, "nginx.conf")]);
  expect(tried, tried.stderr.toString()).toMatchObject({ status: 0 });
  const doctor = next(SERVERS, "npx pullproof doctor").map((word) =>
    word === "127.0.0.1:443" ? `127.0.0.1:${east.port}` : word,
  );
  const looked = await world.operator.run(...doctor, "--plain-port", "1");
  expect(looked, looked.stdout).toMatchObject({ status: 0 });
});

test("certificates and Cloudflare: plan, apply, rotate, check", STORY, async () => {
  expect(await run("plan", "--verifier", west.admin)).toMatchObject({ status: 0 });
  expect(await run("apply", ...told())).toMatchObject({ status: 0 });
  const [old] = world.project.listed(SHOP.hostname);
  const rotating = await run("rotate", "--verifier", west.admin, "--yes", "--wait", "0", "--new");
  // It issues, and then waits for the verifiers, which have not got the mapping yet.
  expect(rotating).toMatchObject({ status: 4 });
  expect(world.project.listed(SHOP.hostname)).toHaveLength(2);
  expect(world.deployed()).toMatchObject([{ [SHOP.binding]: old }]);
  // The mapping is brought to the verifiers, and the same command goes on, until nothing is left to do.
  const again = ["rotate", SHOP.hostname, "--verifier", east.admin, ...told(), "--quiet", "0"];
  for (let round = 0; round < 4; round += 1) {
    east.copyMapping();
    west.copyMapping();
    await west.reload();
    if ((await world.operator.run(...again, "--deploy", "--wait", "10s")).status === 0) break;
  }
  expect(world.project.listed(SHOP.hostname)).toHaveLength(1);
  expect(world.project.listed(SHOP.hostname)).not.toContain(old);
  const checked = await run("check --remote", "--verifier", west.admin);
  expect(checked, checked.stderr).toMatchObject({ status: 0 });
});

test.each([...left.keys()])("nothing of %s was left out", (page) => {
  expect(left.get(page)).toEqual([]);
});
