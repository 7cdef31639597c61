import { parentPort, workerData } from "node:worker_threads";

/**
 * Says when a pull is due, so many times a second. A timer of the event loop knows whole milliseconds, and would send three
 * pulls at a time; a thread that sleeps in the kernel wakes to some tens of microseconds.
 */
const perSecond = Number(workerData);
const sleeper = new Int32Array(new SharedArrayBuffer(4));
const began = performance.now();
for (let tick = 1; ; tick += 1) {
  const wait = began + (tick * 1000) / perSecond - performance.now();
  if (wait > 0) Atomics.wait(sleeper, 0, 0, wait);
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, and no window
  parentPort?.postMessage(null);
}
