/**
 * Loaded into the verifier's process before it starts (`--import`): tells on stdout, at SIGUSR2, how much of the heap is
 * alive after a whole collection, in MiB. What is resident says little within minutes: the engine lets its young
 * generation grow under load and keeps it.
 */
process.on("SIGUSR2", () => {
  globalThis.gc?.();
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  console.log(JSON.stringify({ event: "heap", alive: (heapUsed + external) / 2 ** 20 }));
});
