import { describe } from "vitest";
import { cacheFirst } from "./suites/cache.ts";
import { handOver } from "./suites/headers.ts";
import { leaving } from "./suites/leaving.ts";
import { refusals } from "./suites/refusals.ts";
import { refusedPulls } from "./suites/refused-pull.ts";
import { resumption } from "./suites/resumption.ts";
import { streams } from "./suites/streams.ts";
import { webSockets } from "./suites/web-socket.ts";
import { usePairWorld } from "./support/pair-world.ts";

// The Worker, its mapping and its local twin as they are committed, in workerd; the real verifier, started as the bin;
// real mTLS between the two. One world for all of it: to bring it up takes longer than most of what is asked of it.
const pair = usePairWorld();

describe("refuses", () => {
  refusals(pair);
});
describe("carries", () => {
  streams(pair);
});
describe("resumes no session", () => {
  resumption(pair);
});
describe("refuses a pull of the Worker's", () => {
  refusedPulls(pair);
});
describe("hands on", () => {
  handOver(pair);
});
describe("caches", () => {
  cacheFirst(pair);
});
describe("a WebSocket", () => {
  webSockets(pair);
});
describe("a visitor who leaves", () => {
  leaving(pair);
});
