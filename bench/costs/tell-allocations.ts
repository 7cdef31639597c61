import { PerformanceObserver } from "node:perf_hooks";

/**
 * Loaded into a process before it starts (`--import`): at the first SIGUSR2 it collects all garbage, at the second it says
 * how many bytes of heap were allocated since, and how often the engine collected by itself meanwhile: then the figure is
 * good for nothing. And so on in turns.
 */
let collections = 0;
let before: number | null = null;
new PerformanceObserver((list) => {
  collections += list.getEntries().length;
}).observe({ entryTypes: ["gc"] });

process.on("SIGUSR2", () => {
  if (before === null) {
    globalThis.gc?.();
    // What the observer is told of that collection comes later, and is not counted.
    setTimeout(() => {
      collections = 0;
      before = process.memoryUsage().heapUsed;
      console.log(JSON.stringify({ event: "counting" }));
    }, 50);
    return;
  }
  const bytes = process.memoryUsage().heapUsed - before;
  before = null;
  setTimeout(() => {
    console.log(JSON.stringify({ event: "counted", bytes, collections }));
  }, 50);
});
