import { connect } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import { startAdmin, type AdminWorld } from "./admin-world.ts";

let admin: AdminWorld;
beforeEach(async () => {
  admin = await startAdmin();
});
afterEach(() => admin.close());

/** As many as there may be: see CONNECTIONS_AT_MOST. */
const ALL = 64;

test("whoever opens every connection and says nothing keeps probes out for seconds, and not for half a minute", async () => {
  const silent = Array.from({ length: ALL }, () => connect(admin.port, "127.0.0.1"));
  let ended = 0;
  for (const socket of silent) socket.on("error", () => {}).on("close", () => (ended += 1));
  for (const socket of silent) socket.resume();
  await expect.poll(() => ended, { timeout: 12_000, interval: 100 }).toBe(ALL);
  expect((await admin.ask("/livez")).status).toBe(200);
});
