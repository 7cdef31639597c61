import { setTimeout as pause } from "node:timers/promises";
import { residentOf } from "../machine/process-tree.ts";
import { figureRow, type Row } from "../report/row.ts";
import { quantile } from "../report/statistics.ts";
import { caddy } from "../servers/caddy.ts";
import { haproxy } from "../servers/haproxy.ts";
import { nginx } from "../servers/nginx.ts";
import type { Server } from "../servers/server.ts";
import { stunnel } from "../servers/stunnel.ts";
import { isInstalled } from "../servers/tools.ts";
import { verifier } from "../servers/verifier.ts";
import { targetOf, type Sample } from "../support/measure.ts";
import type { World } from "../support/world.ts";
import { unlessQuick, type Group } from "./group.ts";

/** Connections before the first figure: what a process loads with its first is not a connection's. */
const FIRST = 50;
/** Milliseconds after the last pull, before memory is read. */
const SETTLE_MS = 1_500;

/** What an idle connection holds, once it has carried a pull. */
export const memory: Group = {
  name: "memory",
  title: "Resident memory for each idle connection, after one pull on each",
  measure: async (world) => {
    const servers: readonly (readonly [Server, most: number])[] = [
      [verifier({ name: "pullproof", hop: "unix", main: world.main }), 5_000],
      [nginx({ name: "nginx", hop: "unix" }), 5_000],
      ...unlessQuick(world, [
        [haproxy("HAProxy", "unix"), 5_000],
        [caddy("Caddy", "unix"), 5_000],
        // A thread for each.
        [stunnel("stunnel", "unix"), 1_000],
      ] as const),
    ];
    const rows: Row[] = [];
    const samples = new Map<string, readonly Sample[]>();
    const how: string[] = [];
    for (const connections of world.timing.isQuick ? [1_000] : [1_000, 5_000]) {
      const times = connections > 1_000 || world.timing.isQuick ? 1 : 2;
      how.push(`${connections} connections ${times === 1 ? "once" : "twice"}`);
      const found = new Map<string, readonly number[]>();
      for (const [server, most] of servers) {
        if (connections > most || (server.needs !== null && !isInstalled(server.needs))) continue;
        world.tell(`${connections} idle connections: ${server.name}`);
        const kib: number[] = [];
        for (let time = 0; time < times; time += 1)
          kib.push(await kibEach(world, server, connections));
        found.set(server.name, kib);
      }
      for (const [name, kib] of found) {
        const theirs = name === "pullproof" ? quantile(found.get("nginx") ?? [], 0.5) : null;
        const bar = name === "pullproof" ? { most: connections === 1_000 ? 75 : 65 } : null;
        const what = `memory for each of ${connections} idle connections: ${name}`;
        const against = theirs === null ? null : "nginx";
        rows.push(figureRow({ what, unit: "KiB", bar, against, theirs }, kib));
      }
    }
    return { rows, samples, how: how.join(", ") };
  },
};

async function kibEach(world: World, server: Server, connections: number): Promise<number> {
  const certificates = await world.certificates("p256");
  const running = await world.start(server);
  try {
    const target = targetOf(running, certificates);
    await world.loaders.start({ kind: "idle", connections: FIRST }, target);
    await world.loaders.stop();
    await pause(SETTLE_MS);
    const before = residentOf(running.pids());
    await world.loaders.start({ kind: "idle", connections }, target);
    await pause(SETTLE_MS);
    const after = residentOf(running.pids());
    return (after - before) / connections;
  } finally {
    await world.loaders.stop();
    await running.stop();
  }
}
