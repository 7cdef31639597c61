import path from "node:path";
import { parseArgs } from "node:util";
import { resourcesOf } from "../conformance/support/resources.ts";
import { startWorld } from "../conformance/support/world.ts";
import { changeTrust } from "./support/changing-trust.ts";
import { pullGood } from "./support/good-pulls.ts";
import { createLatencies } from "./support/latencies.ts";
import { startMortalApplication } from "./support/mortal-application.ts";
import { report } from "./support/report.ts";
import { staySlow } from "./support/slow-peers.ts";
import type { Tally } from "./support/tally.ts";
import { pullWrong } from "./support/wrong-pulls.ts";

/**
 * Many pulls through the built verifier, while everything happens beside them that happens in a year: reloads,
 * certificates that come and go, an application that is killed, peers that are slow, peers that are wrong. Exits 1 where
 * one good pull failed that could be answered, one wrong pull reached the application, or memory grew.
 */
const { values } = parseArgs({
  options: {
    /** Good pulls before it ends. */
    pulls: { type: "string", default: "1000000" },
    /** The end, whatever was reached by then; in minutes. */
    minutes: { type: "string", default: "60" },
    json: { type: "boolean", default: false },
  },
});

const CONNECTIONS = 16;
const SAMPLE_EVERY = 2000;
const KILL_EVERY = 15_000;

const wanted = Number(values.pulls);
const application = await startMortalApplication();
const world = await startWorld({
  applicationPort: application.port,
  nodeOptions: ["--expose-gc", "--import", path.join(import.meta.dirname, "support/tell-heap.ts")],
});
const began = performance.now();
const tally: Tally = {
  good: 0,
  failedWhileAway: 0,
  refused: 0,
  reloads: 0,
  slowPeers: 0,
  latencies: createLatencies(),
  samples: [],
  alive: [],
  wrong: [],
};
const tooLong = began + Number(values.minutes) * 60_000;
let ended = false;
const enough = (): boolean =>
  ended || tally.good >= wanted || tally.wrong.length >= 100 || performance.now() > tooLong;

const tellHeap = async (): Promise<void> => {
  const after = world.lines.length;
  world.signal("SIGUSR2");
  const { alive } = await world.line("its heap", ({ event }) => event === "heap", after);
  tally.alive.push(Number(alive));
};
const sampling = setInterval(() => {
  if (tally.alive.length === 0 && tally.good >= wanted / 10) void tellHeap();
  const { memory, descriptors } = resourcesOf(world.pid);
  const at = (performance.now() - began) / 1000;
  tally.samples.push({ at, pulls: tally.good, memory, descriptors });
  if (process.stderr.isTTY)
    process.stderr.write(`\r${tally.good} pulls, ${memory.toFixed(0)} MiB, ${at.toFixed(0)} s `);
}, SAMPLE_EVERY);
let restarting: Promise<void> = Promise.resolve();
const killing = setInterval(() => {
  restarting = restarting.then(() => application.killAndRestart());
}, KILL_EVERY);

try {
  await Promise.all([
    ...Array.from({ length: CONNECTIONS }, (_, at) =>
      pullGood(world, application, tally, at % 2 === 0 ? "shop" : "blog", enough),
    ),
    changeTrust(world, application, tally, enough),
    pullWrong(world, tally, enough),
    staySlow(world, tally, enough),
  ]);
} finally {
  ended = true;
  clearInterval(sampling);
  clearInterval(killing);
  await restarting;
}
const seconds = (performance.now() - began) / 1000;
await tellHeap();
const code = await world.stop();
await world.close();
await application.end();

const outcome = report({ tally, seconds, killed: application.killed(), wanted, code });
console.log(values.json ? JSON.stringify(outcome.data, null, 2) : outcome.text);
process.exitCode = outcome.held ? 0 : 1;
