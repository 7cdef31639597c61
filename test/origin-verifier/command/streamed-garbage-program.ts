import { PerformanceObserver } from "node:perf_hooks";
import { setImmediate as turn, setTimeout as pause } from "node:timers/promises";
import { boundGarbage } from "../../../origin-verifier/command/bound-garbage.ts";

/** What a process keeps, and some streamed bodies with pauses between them; prints how often everything was collected during these. */
boundGarbage();
let collections = 0;
const counting = new PerformanceObserver((list) => {
  // NODE_PERFORMANCE_GC_MAJOR.
  for (const entry of list.getEntries()) {
    const { detail } = entry as unknown as { readonly detail: { readonly kind: number } };
    if (detail.kind === 4) collections += 1;
  }
});
counting.observe({ entryTypes: ["gc"] });
const kept = Array.from({ length: 60_000 }, (_, at) => ({ text: String(at), list: [at] }));
let last = Buffer.alloc(0);

async function stream(pieces: number): Promise<void> {
  for (let at = 0; at < pieces; at += 1) {
    last = Buffer.allocUnsafeSlow(16 * 1024);
    if (at % 16 === 0) await turn();
  }
}

let during = 0;
for (let body = 0; body < 4; body += 1) {
  await stream(6_400);
  await pause(800);
  const before = collections;
  await stream(12_800);
  await pause(50);
  during += collections - before;
}
process.stdout.write(`${JSON.stringify({ during, kept: kept.length, last: last.length })}\n`);
