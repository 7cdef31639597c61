import { afterAll, beforeAll, expect, test } from "vitest";
import { startCostsWorld, type Counted, type CostsWorld } from "./costs-world.ts";

/** Pulls until everything on their way is compiled. */
const WARM = 3_000;
const PULLS = 1_000;
/**
 * Bytes of heap that one kept-alive pull may cost the proxy. A count, and no time: it does not know what else the machine
 * does, and repeats to a per cent (7.3 kB when this was written; 48 to 50 by Node's parser).
 */
const MOST = 9_000;

let world: CostsWorld;
beforeAll(async () => {
  world = await startCostsWorld();
});
afterAll(async () => {
  await world.close();
});

test("a kept-alive pull through the proxy allocates no more than it did", async () => {
  await world.pull(WARM);
  let counted: Counted | null = null;
  // A collection in between makes a count worthless; the engine may want one for reasons of its own.
  for (let attempt = 0; attempt < 3 && counted?.collections !== 0; attempt += 1)
    counted = await world.count(() => world.pull(PULLS));
  expect(counted?.collections).toBe(0);
  const each = (counted?.bytes ?? Number.NaN) / PULLS;
  expect(each).toBeGreaterThan(500);
  expect(each).toBeLessThan(MOST);
});
