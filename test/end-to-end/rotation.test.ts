import { globSync, statSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { tellOneStory } from "../support/one-story.ts";
import { noneLeft } from "../cli/support/processes.ts";
import type { Edge } from "./support/edge.ts";
import { PATIENCE, startEndToEndWorld, type EndToEndWorld } from "./support/end-to-end-world.ts";
import { BLOG, SHOP } from "./support/hosts.ts";
import { pull, startLoad, type Load } from "./support/load.ts";
import type { OriginMachine } from "./support/origin-machine.ts";
import { pullStraight } from "./support/straight.ts";

/*
 * The whole way, as an operator goes it: the real bins and the real wrangler, each a process of its own; a fake Cloudflare;
 * what is deployed there run in workerd, with the certificates that its store holds; two origin machines behind a
 * balancer, of which the second loads a changed mapping on SIGHUP alone. The tests are one story, and go on from each other.
 */

let world: EndToEndWorld;
let east: OriginMachine;
let west: OriginMachine;
let edge: Edge;
let load: Load;

beforeAll(async () => {
  world = await startEndToEndWorld();
});
afterAll(async () => {
  await world.close();
});
tellOneStory();

/** A command with a deployment in it takes seconds, or a minute on a machine that does much else. */
const STORY = { timeout: 180_000, retry: 0 };

/** `--verifier` for both machines, and what a run needs where nobody can be asked. */
const asked = (): readonly string[] => ["--verifier", east.admin, "--verifier", west.admin];
const told = (): readonly string[] => [...asked(), "--deploy", "--yes", "--wait", "120s"];
const listed = (): readonly string[] => world.project.listed(SHOP.hostname);
const blog = (): string => world.project.listed(BLOG.hostname)[0] ?? "";

describe("a project's first day", STORY, () => {
  test("init writes it, issue and some lines by hand add a hostname, and check finds nothing wrong", async () => {
    const { operator, project } = world;
    const host = `${SHOP.hostname}=${SHOP.originHostname}`;
    expect(await operator.run("init", "--host", host)).toMatchObject({ status: 0 });
    project.install();
    expect(await operator.run("issue", BLOG.hostname)).toMatchObject({ status: 0 });
    project.addHostname(BLOG);
    project.addRoutes("example.com", [SHOP.hostname, BLOG.hostname]);
    expect(await operator.run("check")).toMatchObject({ status: 0, stderr: "" });
    const key = path.join(project.folder, `pki/${BLOG.hostname}.key`);
    expect(statSync(key).mode & 0o777).toBe(0o600);
  });

  test("apply uploads, deploys with the real wrangler, and keeps what people wrote into its configuration", async () => {
    [east, west] = await world.bringOriginUp();
    const { operator, project, cloudflare } = world;
    const { status, stdout } = await operator.run("apply", ...told());
    expect(status).toBe(0);
    // Two hostnames of one Worker: what the one lane sets is no wait of the other's, and nothing comes up unforeseen.
    expect(stdout).not.toContain("wait until every binding");
    expect(stdout).not.toContain("not what was shown before");
    expect(world.deployed()).toEqual([{ PULL_CERT_SHOP: listed()[0], PULL_CERT_BLOG: blog() }]);
    expect(new Set(world.held())).toEqual(new Set([listed()[0], blog()]));
    expect(project.read("wrangler.toml")).toContain('zone_name = "example.com" }, # ours');
    const [zone] = cloudflare.state.zones.values();
    expect([...(zone?.routes.values() ?? [])]).toEqual([
      { pattern: "shop.example.com/*", script: "shop" },
      { pattern: "blog.example.com/*", script: "shop" },
    ]);
  });

  test("what is deployed pulls, and the application sees the certificates that the store holds", async () => {
    edge = await world.followDeployments();
    for (const [host, fingerprint] of [
      [SHOP, listed()[0]],
      [BLOG, blog()],
    ] as const) {
      const pulled = await pull(edge, host);
      expect(pulled).toEqual({ status: 200, fingerprint, presented: fingerprint });
    }
    expect((await edge.visit("unmapped.example.com")).status).toBe(421);
  });
});

describe("a rotation under a steady load", STORY, () => {
  let old = "";
  let next = "";

  test("presents nothing while one machine has not loaded the mapping, though the other accepts it", async () => {
    [old = ""] = listed();
    load = startLoad(edge, [SHOP, BLOG]);
    world.onClose(load.stop);
    const before = world.held();
    const rotating = world.operator.start("rotate", SHOP.hostname, "--new", ...told());
    await rotating.says("does not accept it yet");
    [, next = ""] = listed();
    east.copyMapping();
    west.copyMapping();
    // East loads it by itself; west has the file, and nobody has told it.
    await rotating.says(new RegExp(`every verifier accepts[^\n]*\n  ${west.admin}/ does not`));
    rotating.interrupt();
    const { status, stdout } = await rotating.ended;
    expect(status).toBe(4);
    expect(stdout).toContain("interrupted");
    expect(listed()).toEqual([old, next]);
    expect(world.held()).toEqual(before);
    expect(world.deployed()).toMatchObject([{ PULL_CERT_SHOP: old }]);
    expect(load.seen(SHOP.hostname)).toEqual([old]);
  });

  test("goes on where it was; a second Ctrl-C ends it at once, and no wrangler goes on deploying", async () => {
    await west.reload();
    const uploading = Promise.withResolvers<void>();
    const over = Promise.withResolvers<void>();
    const upload = { method: "POST", path: /\/versions$/ };
    const [met, until] = [uploading.resolve, over.promise];
    world.cloudflare.inject({ fault: "hold", ...upload, met, until });
    const rotating = world.operator.start("rotate", SHOP.hostname, "--new", ...told());
    await uploading.promise;
    rotating.interrupt();
    await rotating.says("Once more: at once");
    rotating.interrupt();
    await rotating.says("Deploy once more: npx wrangler deploy --config wrangler.toml");
    expect(await rotating.ended).toMatchObject({ status: 130 });
    await noneLeft(world.home);
    over.resolve();
    expect(listed()).toEqual([next, old]);
    expect(world.deployed()).toMatchObject([{ PULL_CERT_SHOP: old }]);
  });

  test("goes on again; Ctrl-C in the middle of the deployment ends it behind that", async () => {
    const rotating = world.operator.start("rotate", SHOP.hostname, "--new", ...told());
    // wrangler's own words: it has bundled, and uploads.
    await rotating.says("Total Upload");
    rotating.interrupt();
    const { status, stderr } = await rotating.ended;
    expect({ status, stderr }).toMatchObject({ status: 4 });
    expect(stderr).toContain("✓ deploy shop");
    expect(world.deployed()).toMatchObject([{ PULL_CERT_SHOP: next }]);
    expect(listed()).toEqual([next, old]);
  });

  test("presents the new one, and goes on accepting the old one for the whole quiet time", async () => {
    await vi.waitUntil(() => load.seen(SHOP.hostname).length === 2, PATIENCE);
    await vi.waitUntil(() => edge.presents(SHOP.binding).join() === next, PATIENCE);
    const ran = await world.operator.run("rotate", SHOP.hostname, ...told(), "--quiet", "36h");
    expect(ran).toMatchObject({ status: 4 });
    expect(ran.stdout).toMatch(/may be retired, if nobody pulls with it again/);
    expect(ran.stderr).toMatch(
      /next: from .* on: pullproof rotate shop\.example\.com --quiet 36h /,
    );
    expect(listed()).toEqual([next, old]);
    expect(world.held()).toContain(old);
  });

  test("retires the old one when it was quiet, and deletes it when no machine accepts it any more", async () => {
    const retiring = world.operator.start("rotate", SHOP.hostname, ...told(), "--quiet", "2s");
    await retiring.says("still accepts it");
    expect(listed()).toEqual([next]);
    expect(world.held()).toContain(old);
    east.copyMapping();
    west.copyMapping();
    await west.reload();
    const { status, stdout } = await retiring.ended;
    expect(status).toBe(0);
    expect(stdout).toContain("done: shop.example.com is rotated");
    expect(stdout).toMatch(/ \+ delete .* from the account's store[^]*done: /);
    expect(stdout).not.toContain("not what was shown before");
    expect(new Set(world.held())).toEqual(new Set([next, blog()]));
  });

  test("refused not one visitor, and each pull came with exactly what was deployed", async () => {
    await load.stop();
    expect(load.wrong).toEqual([]);
    expect(load.seen(SHOP.hostname)).toEqual([old, next]);
    expect(load.seen(BLOG.hostname)).toEqual([blog()]);
    expect(load.pulls()).toBeGreaterThan(100);
    for (const { events } of [east, west]) {
      const names = events.events.map(({ event }) => event);
      expect(names).toContain("pull-accepted");
      expect(names).not.toContain("pull-refused");
      expect(names).not.toContain("handshake-failed");
    }
  });

  test("leaves a certificate that both machines refuse, and one that they accept", async () => {
    const { project, originIssuer } = world;
    // Named after the day on which it was issued.
    const [issued = ""] = globSync(`pki/${SHOP.hostname}-*.key`, { cwd: project.folder });
    for (const machine of [east, west]) {
      const before = project.pair(`pki/${SHOP.hostname}`);
      expect(await pullStraight(machine, SHOP.originHostname, before, originIssuer)).toMatchObject({
        status: 403,
        event: { event: "pull-refused", reason: "certificate-not-accepted", fingerprint: old },
      });
      const after = project.pair(issued.replace(/\.key$/, ""));
      expect(await pullStraight(machine, SHOP.originHostname, after, originIssuer)).toMatchObject({
        status: 200,
        event: { event: "pull-accepted", fingerprint: next },
      });
    }
  });

  test("leaves nothing to do, and no command has said a key or a token", async () => {
    const { operator, secrets } = world;
    const planned = await operator.run("plan", ...asked(), "--detailed-exitcode");
    expect(planned).toMatchObject({ status: 0 });
    expect(await operator.run("check", "--remote", ...asked())).toMatchObject({ status: 0 });
    expect(await operator.run("status", ...asked())).toMatchObject({ status: 0 });
    for (const secret of ["PRIVATE KEY", ...secrets]) expect(operator.said()).not.toContain(secret);
  });
});
