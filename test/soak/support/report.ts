import { arch, cpus, totalmem } from "node:os";
import type { Sample, Tally } from "./tally.ts";

/** The live heap may be larger at the end than after the first tenth by as much, in MiB: what is counted and remembered. */
const FLAT = 4;

/** What a soak came to: for people, as data, and whether it held. */
export function report(soak: {
  readonly tally: Tally;
  readonly seconds: number;
  readonly killed: number;
  readonly wanted: number;
  readonly code: number | null;
}) {
  const { tally, seconds, killed, wanted, code } = soak;
  const memory = (quarter: number): number => middle(part(tally.samples, quarter), "memory");
  const descriptors = (quarter: number): number =>
    middle(part(tally.samples, quarter), "descriptors");
  const data = {
    date: new Date().toISOString().slice(0, 10),
    machine: `${cpus().length} cores (${arch()}), ${Math.round(totalmem() / 2 ** 30)} GiB`,
    node: process.version,
    seconds: Math.round(seconds),
    pullsAnswered: tally.good,
    pullsASecond: Math.round(tally.good / seconds),
    milliseconds: {
      median: rounded(tally.latencies.quantile(0.5)),
      p99: rounded(tally.latencies.quantile(0.99)),
    },
    refused: tally.refused,
    reloads: tally.reloads,
    applicationKilled: killed,
    failedWhileItWasAway: tally.failedWhileAway,
    slowPeers: tally.slowPeers,
    memoryMiB: [1, 2, 3, 4].map((quarter) => rounded(memory(quarter))),
    descriptors: [1, 2, 3, 4].map((quarter) => Math.round(descriptors(quarter))),
    liveHeapMiB: tally.alive.map((alive) => rounded(alive)),
    exitCode: code,
    wrong: tally.wrong,
  };
  const [warm = 0, last = Number.POSITIVE_INFINITY] = tally.alive;
  const grown = last - warm;
  const held = tally.wrong.length === 0 && tally.good >= wanted && code === 0 && grown <= FLAT;
  const text = [
    `${data.date}, Node ${data.node}, ${data.machine}; load, application and verifier together`,
    `${data.pullsAnswered} good pulls answered in ${data.seconds} s (${data.pullsASecond}/s; median ${data.milliseconds.median} ms, p99 ${data.milliseconds.p99} ms)`,
    `${data.refused} wrong pulls, every one refused`,
    `${data.reloads} reloads; the application killed ${killed} times, ${data.failedWhileItWasAway} pulls failed while it was away; ${data.slowPeers} slow peers`,
    `live heap after a collection: ${data.liveHeapMiB.join(" MiB after the first tenth, ")} MiB at the end`,
    `resident, by quarter: ${data.memoryMiB.join(", ")} MiB; descriptors: ${data.descriptors.join(", ")}`,
    ...data.wrong.map((what) => `WRONG: ${what}`),
    held
      ? "held"
      : `DID NOT HOLD${grown > FLAT ? `: the live heap grew by ${rounded(grown)} MiB` : ""}`,
  ].join("\n");
  return { held, data, text };
}

function part(samples: readonly Sample[], quarter: number): readonly Sample[] {
  const size = samples.length / 4;
  return samples.slice(Math.floor(size * (quarter - 1)), Math.ceil(size * quarter));
}

function middle(samples: readonly Sample[], what: "memory" | "descriptors"): number {
  const sorted = samples.map((sample) => sample[what]).toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

function rounded(figure: number): number {
  return Math.round(figure * 10) / 10;
}
