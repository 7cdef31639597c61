import { describe, expect, test } from "vitest";
import { levelInForce, switchesOf } from "../../../cli/local-edge/level-in-force.ts";

const pair = { certificate: "", key: "" };

describe("the level in force", () => {
  test.each([
    // hostname, zone, shared: what is presented
    [false, true, true, null],
    [false, true, false, null],
    [false, false, true, null],
    [false, false, false, null],
    [null, false, false, null],
    [true, true, true, "hostname"],
    [true, true, false, "hostname"],
    [true, false, true, "hostname"],
    [true, false, false, "hostname"],
    [null, true, true, "zone"],
    [null, true, false, "zone"],
    [null, false, true, "shared"],
  ] as const)("hostname %s, zone %s, shared %s: %s", (hostname, zone, shared, level) => {
    expect(levelInForce({ hostname, zone, shared })).toBe(level);
  });
});

describe("the switches", () => {
  test("of a level without a certificate are off, and no association is as one that is null", () => {
    const off = { hostname: null, zone: false, shared: false };
    expect(switchesOf({ hostname: null, zone: null, shared: null })).toEqual(off);
    const removed = { hostname: { enabled: null, pair }, zone: null, shared: null };
    expect(switchesOf(removed)).toEqual(off);
  });

  test("keep an association that is off apart from one that is not there", () => {
    const hostname = { enabled: false, pair };
    const zone = { enabled: true, pair };
    expect(switchesOf({ hostname, zone, shared: null })).toEqual({
      hostname: false,
      zone: true,
      shared: false,
    });
  });
});
