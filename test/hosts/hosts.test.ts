import { connect } from "node:tls";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { tellOneStory } from "../support/one-story.ts";
import type { Edge } from "../end-to-end/support/edge.ts";
import {
  PATIENCE,
  startEndToEndWorld,
  type EndToEndWorld,
} from "../end-to-end/support/end-to-end-world.ts";
import { SHOP } from "../end-to-end/support/hosts.ts";
import { pull, startLoad, type Load } from "../end-to-end/support/load.ts";
import type { OriginMachine } from "../end-to-end/support/origin-machine.ts";
import { skipUnless } from "../support/loud-skip.ts";
import { existsSync } from "node:fs";
import { bringUpOn, type Balancer, type HostName } from "./support/bring-up.ts";
import { makeNetwork, whyNoNetwork, type Network } from "./support/network.ts";

/*
 * A rotation over machines that have a network between them: HAProxy in front, which hands TCP on, and two verifiers whose
 * clocks are half an hour apart. One is cut off in the middle of it. Whoever pulls with what is presented is never refused,
 * and whoever pulls with anything else always is. The tests are one story, and go on from each other.
 */

const why = whyNoNetwork();
const noHosts =
  skipUnless(why === null, why ?? "", false) ||
  skipUnless(existsSync("/usr/sbin/haproxy"), "haproxy (apt-get install haproxy)");

describe.skipIf(noHosts)("two machines and a balancer, each a host of its own", () => {
  const STORY = { timeout: 180_000, retry: 0 };
  let network: Network<HostName>;
  let world: EndToEndWorld;
  let balancer: Balancer;
  let [east, west]: OriginMachine[] = [];
  let edge: Edge;
  let load: Load;
  let strangers: Strangers;
  let old = "";
  let next = "";

  beforeAll(async () => {
    network = makeNetwork(["balancer", "east", "west"]);
    world = await startEndToEndWorld(
      bringUpOn(network, (hosts) => {
        ({ balancer } = hosts);
      }),
    );
  });
  afterAll(async () => {
    await strangers?.stop();
    await world?.close();
    network?.remove();
  });
  tellOneStory();

  const machine = (which: "east" | "west"): OriginMachine => {
    const found = which === "east" ? east : west;
    if (found === undefined) throw new Error("not up yet");
    return found;
  };
  const told = (): readonly string[] => [
    "--verifier",
    machine("east").admin,
    "--verifier",
    machine("west").admin,
    "--deploy",
    "--yes",
    "--wait",
    "120s",
  ];
  const listed = (): readonly string[] => world.project.listed(SHOP.hostname);
  /** How many pulls of the load each machine has accepted by now. */
  const accepted = (which: "east" | "west"): number =>
    machine(which).events.events.filter(({ event }) => event === "pull-accepted").length;
  test(
    "pulls come through, each from where HAProxy says, whatever the clocks say",
    STORY,
    async () => {
      const host = `${SHOP.hostname}=${SHOP.originHostname}`;
      expect(await world.operator.run("init", "--host", host)).toMatchObject({ status: 0 });
      expect(await world.operator.run("issue", UNLISTED)).toMatchObject({ status: 0 });
      world.project.install();
      world.project.addRoutes("example.com", [SHOP.hostname]);
      [east, west] = await world.bringOriginUp();
      expect(await world.operator.run("apply", ...told())).toMatchObject({ status: 0 });
      edge = await world.followDeployments();
      [old = ""] = listed();
      load = startLoad(edge, [SHOP]);
      world.onClose(load.stop);
      strangers = startStrangers(network.hosts.balancer.address, world);
      await vi.waitUntil(() => accepted("east") > 0 && accepted("west") > 0, PATIENCE);
      for (const which of ["east", "west"] as const)
        expect(
          machine(which).events.events.find(({ event }) => event === "pull-accepted"),
        ).toMatchObject({ remoteAddress: network.own });
    },
  );

  test("the balancer moves every connection to one machine, and back", STORY, async () => {
    for (const [from, to] of [
      ["east", "west"],
      ["west", "east"],
    ] as const) {
      await balancer.move(from, "drain");
      const [left, before] = [accepted(from), accepted(to)];
      await vi.waitUntil(() => accepted(to) > before + 5, PATIENCE);
      // At most what was under way when its connections were cut.
      expect(accepted(from) - left).toBeLessThan(10);
      await balancer.move(from, "ready");
    }
  });

  test(
    "one is cut off in the middle of a rotation: nothing new is presented until it is heard again",
    STORY,
    async () => {
      const rotating = world.operator.start("rotate", SHOP.hostname, "--new", ...told());
      await rotating.says("does not accept it yet");
      [, next = ""] = listed();
      network.hosts.west.cutOff();
      machine("east").copyMapping();
      await rotating.says(/west|no answer|cannot be reached|does not answer/);
      const before = accepted("east");
      await vi.waitUntil(() => accepted("east") > before + 10, PATIENCE);
      expect(world.deployed()).toMatchObject([{ [SHOP.binding]: old }]);
      expect(world.held()).toEqual([old]);

      network.hosts.west.bringBack();
      await delay(1_000);
      expect(world.deployed()).toMatchObject([{ [SHOP.binding]: old }]);
      machine("west").copyMapping();
      const { status } = await rotating.ended;
      expect(status).toBe(4);
      expect(world.deployed()).toMatchObject([{ [SHOP.binding]: next }]);
      expect(listed()).toEqual([next, old]);
      await vi.waitUntil(() => edge.presents(SHOP.binding).join() === next, PATIENCE);
    },
  );

  test(
    "the old one is retired when neither has seen it for the whole time, by the clock of each",
    STORY,
    async () => {
      const retiring = world.operator.start("rotate", SHOP.hostname, ...told(), "--quiet", "3s");
      await retiring.says("still accepts it");
      expect(listed()).toEqual([next]);
      network.hosts.east.cutOff();
      machine("west").copyMapping();
      await delay(1_000);
      // East may still accept it: it is kept, for as long as nobody knows.
      expect(world.held()).toContain(old);
      network.hosts.east.bringBack();
      machine("east").copyMapping();
      expect(await retiring.ended).toMatchObject({ status: 0 });
      expect(world.held()).toEqual([next]);
    },
  );

  test("not one good pull was refused, and not one bad one accepted", STORY, async () => {
    await load.stop();
    const tries = await strangers.stop();
    const events = [...machine("east").events.events, ...machine("west").events.events];
    const refused = events.filter((event) => event.event === "pull-refused");
    const ours = new Set([old, next]);
    // A request of which only the beginning came before its cable went is no pull that anybody refused.
    const whole = refused.filter(({ reason }) => reason !== "request-timeout");
    expect(whole.filter(({ fingerprint }) => ours.has(fingerprint ?? ""))).toEqual([]);
    // What was lost with a cable is a failed pull, and no refusal; what came back is always the application's own answer.
    expect(load.wrong.filter(({ status }) => status === 200)).toEqual([]);
    expect(load.wrong.filter(({ status }) => ![0, 502, 504].includes(status))).toEqual([]);
    expect(load.pulls() - load.wrong.length).toBeGreaterThan(100);
    expect(load.seen(SHOP.hostname)).toEqual([old, next]);
    // The balancer's health checks, five a second, are told of nowhere.
    expect(
      events.filter(
        (event) =>
          event.event === "handshake-failed" &&
          event.remoteAddress === network.hosts.balancer.address,
      ),
    ).toEqual([]);
    expect(tries.answered).toBeGreaterThan(10);
    expect(tries.accepted).toEqual([]);
    expect((await pull(edge, SHOP)).status).toBe(200);
  });
});

/** Its certificate is of the project's own issuer, and in nobody's list. */
const UNLISTED = "unlisted.example.com";

/** Peers with a certificate of the same issuer that no entry lists, who try all the while. */
interface Strangers {
  /** How many were answered at all, and every answer that was not a refusal. */
  readonly stop: () => Promise<{ readonly answered: number; readonly accepted: readonly string[] }>;
}

function startStrangers(address: string, world: EndToEndWorld): Strangers {
  const pair = world.project.pair(`pki/${UNLISTED}`);
  const counts = { answered: 0, accepted: [] as string[] };
  const over = new AbortController();
  const one = async (): Promise<void> => {
    const socket = connect({
      host: address,
      port: 8443,
      servername: SHOP.originHostname,
      ca: world.originIssuer,
      ...pair,
    });
    let text = "";
    socket.setTimeout(3_000, () => socket.destroy());
    socket.on("data", (bytes: Buffer) => (text += bytes.toString("latin1")));
    socket.on("error", () => undefined);
    socket.once("secureConnect", () =>
      socket.write(`GET / HTTP/1.1\r\nHost: ${SHOP.originHostname}\r\nConnection: close\r\n\r\n`),
    );
    await new Promise<void>((resolve) => socket.once("close", () => resolve()));
    if (text === "") return;
    counts.answered += 1;
    if (!text.startsWith("HTTP/1.1 403 ")) counts.accepted.push(text.slice(0, 200));
  };
  const running = (async () => {
    while (!over.signal.aborted) {
      await one();
      await delay(100);
    }
  })();
  return {
    stop: async () => {
      over.abort();
      await running;
      return counts;
    },
  };
}
