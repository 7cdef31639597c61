import { setFlagsFromString } from "node:v8";

/**
 * Has the engine collect the buffers that streamed bodies leave behind after some 8 MiB of them, and not after 64.
 *
 * Every piece of a body is a buffer outside of the heap, garbage as soon as it is written on; nothing but a collection
 * of the young generation gives it back, and that begins at twice a size which V8 13 (Node 24) doubled. A fast 100 MiB
 * download then took the process from 79 to 158 MiB; with this it stays below 110, at the same speed. The young
 * generation itself keeps its size, which is fixed by now: a smaller one (`--max-semi-space-size`) costs a third more
 * CPU for each pull.
 *
 * After some seconds without work V8 gives memory back, and leaves the old generation some 9 MB to grow. It marks as soon as less than a
 * young generation (16 MB) is left, so that from then on every scavenge is followed by a collection of everything, twenty in a second:
 * 100 MiB of an upload took 260 ms of CPU in place of 130, for as long as the process lived. Now it marks when a tenth is left.
 *
 * Node 22 collects early enough by itself, and does not know the first flag; Node 26 knows it and does not heed it.
 */
export function boundGarbage(): void {
  const [major] = process.versions.v8.split(".");
  if (major !== "13") return;
  setFlagsFromString("--scavenger-max-new-space-capacity-mb=4");
  setFlagsFromString("--incremental-marking-hard-trigger=10");
}
