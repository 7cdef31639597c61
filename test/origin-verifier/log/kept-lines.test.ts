import fs from "node:fs";
import { afterEach, expect, test, vi } from "vitest";
import { openKeptLines } from "../../../origin-verifier/log/kept-lines.ts";

const write = vi.spyOn(fs, "writeSync");
afterEach(() => {
  write.mockReset();
});

/** A descriptor that takes lines, or says why it does not. */
function descriptor() {
  const state = { why: null as string | null, text: "" };
  write.mockImplementation((...[, text]: readonly unknown[]): number => {
    if (state.why !== null) throw Object.assign(new Error(state.why), { code: state.why });
    state.text += String(text);
    return Buffer.byteLength(String(text));
  });
  const told: string[] = [];
  return { state, told, lines: openKeptLines(1, (why) => told.push(why)) };
}

const LINE = `${"x".repeat(1023)}\n`;

test("what cannot be written is told once, waits, and is written as soon as it can be", () => {
  const { state, told, lines } = descriptor();
  lines.write("one\n");
  state.why = "ENOSPC";
  for (const line of ["two\n", "three\n"]) lines.write(line);
  lines.flush();
  expect([state.text, told]).toEqual(["one\n", ["ENOSPC"]]);
  state.why = null;
  lines.write("four\n");
  lines.flush();
  expect([state.text, lines.takeLost()]).toEqual(["one\ntwo\nthree\nfour\n", 0]);
  state.why = "EIO";
  lines.write("five\n");
  expect(told).toEqual(["ENOSPC", "EIO"]);
});

test("what is too much to wait is counted, and the count is told when there is somebody to tell it to", () => {
  const { state, told, lines } = descriptor();
  state.why = "ENOSPC";
  for (let at = 0; at < 3_000; at += 1) lines.write(LINE);
  expect([told, lines.takeLost()]).toEqual([["ENOSPC"], 0]);
  state.why = null;
  lines.flush();
  lines.write(LINE);
  const kept = state.text.length / LINE.length;
  const lost = lines.takeLost();
  expect(kept).toBeGreaterThan(900);
  // The last is written beside those that waited, or is one of the lost: there was no room for it when it came.
  expect(kept + lost).toBe(3_001);
  expect(lines.takeLost()).toBe(0);
});
