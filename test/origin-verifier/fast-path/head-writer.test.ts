import { expect, it } from "vitest";
import { bytesOfRuns, HeadWriter } from "../../../origin-verifier/fast-path/head-writer.ts";

it("writes texts of ours, and lines as they stand", () => {
  const bytes = Buffer.from("A: 1\r\nB: \xe4\r\nC: 3\r\n", "latin1");
  const bounds = [0, 6, 12, 18];
  const runs = [0, 1, 2, 3];
  const writer = new HeadWriter(3 + bytesOfRuns(runs, bounds) + 6);
  writer.text("X\xff\n");
  writer.runs(runs, bytes, bounds);
  writer.copy(bytes, 6, 12);
  expect(writer.done().toString("latin1")).toBe("X\xff\nA: 1\r\nC: 3\r\nB: \xe4\r\n");
});

it.each([0, 1, 39, 40, 41, 200])("copies %i bytes as they stand", (count) => {
  const bytes = Buffer.from(Array.from({ length: 300 }, (_, at) => at % 256));
  const writer = new HeadWriter(count + 2);
  writer.text("<");
  writer.copy(bytes, 50, 50 + count);
  writer.text(">");
  const expected = [0x3c, ...bytes.subarray(50, 50 + count), 0x3e];
  expect([...writer.done()]).toEqual(expected);
});

it("gives nothing away where less was written: the rest would be memory of somebody else's", () => {
  const writer = new HeadWriter(5);
  writer.text("four");
  expect(() => writer.done()).toThrow("another size");
  writer.text("!");
  expect(writer.done().toString()).toBe("four!");
});

it("writes no less than it was given: a head without its end is read on into what follows it", () => {
  const bytes = Buffer.alloc(100);
  expect(() => new HeadWriter(4).text("longer")).toThrow("another size");
  for (const size of [4, 60])
    expect(() => new HeadWriter(size).copy(bytes, 0, size + 1)).toThrow("another size");
});
