import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { connect, createServer, type AddressInfo, type Socket } from "node:net";
import path from "node:path";
import { keepProcess } from "../../../cli/processes/kept-process.ts";
import type { BringUp, OriginParts } from "../../end-to-end/support/end-to-end-world.ts";
import { startOriginMachine, type OriginMachine } from "../../end-to-end/support/origin-machine.ts";
import { waitFor } from "../../conformance/support/wait-for.ts";
import type { Network, NetworkHost } from "./network.ts";

export type HostName = "balancer" | "east" | "west";

/** HAProxy on its own machine, by its own command line. */
export interface Balancer {
  /** Cuts every connection to a machine, and sends it no new one; or takes it back. */
  readonly move: (machine: "east" | "west", to: "drain" | "ready") => Promise<void>;
}

/** What is there once the origin is up. */
export interface Hosts {
  readonly balancer: Balancer;
}

const ADMIN_PORT = 9464;
const RELAY_PORT = 9465;
const PULL_PORT = 8443;
const SUPPORT = import.meta.dirname;
/** Clocks half an hour apart from each other, and from everybody else's. */
const CLOCKS = { east: -15 * 60_000, west: 15 * 60_000 } as const;

/**
 * Three machines: HAProxy, which hands TCP on and says for whom (PROXY protocol, version 2), and behind it two verifiers
 * with an application each, whose clocks are wrong in opposite ways.
 */
export function bringUpOn({ hosts }: Network<HostName>, up: (hosts: Hosts) => void): BringUp {
  return async (parts) => {
    const machine = async (name: "east" | "west"): Promise<OriginMachine> => {
      const host = hosts[name];
      const application = await startThere(host, parts, "application-process.ts");
      const started = await startOriginMachine({
        ...parts.machine,
        folder: path.join(parts.folder, name),
        host,
        application,
        listen: PULL_PORT,
        admin: ADMIN_PORT,
        flags: ["--balancer", hosts.balancer.address],
        nodeOptions: [`--import=${path.join(SUPPORT, "../../conformance/support/set-clock.ts")}`],
        environment: { CLOCK: String(Date.now() + CLOCKS[name]) },
      });
      parts.onClose(started.stop);
      await startThere(
        host,
        parts,
        "relay.ts",
        host.address,
        String(RELAY_PORT),
        String(ADMIN_PORT),
      );
      return { ...started, admin: await tunnelTo(host, parts) };
    };
    const machines = await Promise.all([machine("east"), machine("west")]);
    up({ balancer: await startHaproxy(hosts, parts) });
    return [machines, `${hosts.balancer.address}:${PULL_PORT}`];
  };
}

/** Starts a script of this folder on a host; what it says first. */
async function startThere(
  { within }: NetworkHost,
  { folder, onClose }: OriginParts,
  script: string,
  ...args: readonly string[]
): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  const kept = keepProcess({
    command: [...within, process.execPath, path.join(SUPPORT, script), ...args],
    folder,
    environment: { PATH: process.env["PATH"] },
    onLine: resolve,
  });
  onClose(async () => await kept.stop());
  return promise;
}

/** A port of this machine's that leads to a host's relay: `http://127.0.0.1:PORT`. */
async function tunnelTo({ address }: NetworkHost, { onClose }: OriginParts): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(RELAY_PORT, address);
    near.pipe(far).pipe(near);
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(socket);
      socket.on("error", () => other.destroy());
      socket.on("close", () => sockets.delete(socket));
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onClose(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function startHaproxy(
  hosts: Network<HostName>["hosts"],
  { folder, onClose }: OriginParts,
): Promise<Balancer> {
  mkdirSync(folder, { recursive: true });
  const control = path.join(folder, "haproxy.sock");
  const file = path.join(folder, "haproxy.cfg");
  const server = (name: "east" | "west"): string =>
    `  server ${name} ${hosts[name].address}:${PULL_PORT} send-proxy-v2 check inter 200ms fall 2 rise 1 on-marked-down shutdown-sessions`;
  const lines = [
    "global",
    `  stats socket ${control} level admin`,
    "defaults",
    "  mode tcp",
    "  timeout connect 500ms",
    "  timeout client 60s",
    "  timeout server 60s",
    "  timeout check 300ms",
    "  retries 3",
    "  option redispatch 1",
    "listen origin",
    `  bind ${hosts.balancer.address}:${PULL_PORT}`,
    "  balance roundrobin",
    server("east"),
    server("west"),
    "",
  ];
  writeFileSync(file, lines.join("\n"));
  const kept = keepProcess({
    command: [...hosts.balancer.within, "haproxy", "-db", "-f", file],
    folder,
    environment: { PATH: `${process.env["PATH"] ?? ""}:/usr/sbin` },
    onLine: () => {},
  });
  onClose(async () => await kept.stop());
  const say = async (command: string): Promise<string> => {
    const socket = connect(control);
    let answer = "";
    socket.on("data", (bytes: Buffer) => (answer += bytes.toString()));
    socket.end(`${command}\n`);
    await once(socket, "close");
    return answer;
  };
  await waitFor("that HAProxy sees both machines", async () => {
    const shown = await say("show servers state").catch(() => "");
    return shown.match(/^\d+ origin \d+ \w+ \S+ 2 /gm)?.length === 2;
  });
  return {
    move: async (machine, to) => {
      await say(`set server origin/${machine} state ${to}`);
      if (to === "drain") await say(`shutdown sessions server origin/${machine}`);
    },
  };
}
