import { describe, expect, test } from "vitest";
import { createEventLog, KEPT } from "../../cli/local-world/event-log.ts";
import { parseEvent } from "../../cli/local-world/parse-event.ts";

describe("an event log", () => {
  test("finds what came already, the latest first", async () => {
    const { log, add } = createEventLog<{ id: number; of: string }>();
    add({ id: 1, of: "a" });
    add({ id: 2, of: "a" });
    expect(await log.find(({ of }) => of === "a", 1)).toEqual({ id: 2, of: "a" });
  });

  test("waits for what is to come", async () => {
    const { log, add } = createEventLog<number>();
    const found = log.find((event) => event > 5, 10_000);
    for (const event of [1, 9, 10]) add(event);
    expect(await found).toBe(9);
  });

  test("gives up after a while", async () => {
    const { log } = createEventLog<number>();
    expect(await log.find(() => true, 1)).toBeNull();
  });

  test("is followed until one has enough", () => {
    const { log, add } = createEventLog<number>();
    const seen: number[] = [];
    const stop = log.follow((event) => seen.push(event));
    add(1);
    stop();
    add(2);
    expect(seen).toEqual([1]);
    expect(log.events).toEqual([1, 2]);
  });

  test("does not grow for ever", () => {
    const { log, add } = createEventLog<number>();
    for (let event = 0; event < KEPT + 10; event++) add(event);
    expect(log.events).toHaveLength(KEPT);
    expect(log.events[0]).toBe(10);
  });
});

describe("a log line", () => {
  test.each([
    ['{"event":"pull-failed","id":"x"}', { event: "pull-failed", id: "x" }],
    [
      '\u001b[31m✘ \u001b[41;31m[ERROR]\u001b[0m \u001b[1m{"event":"pull-failed","id":"x"}\u001b[0m',
      { event: "pull-failed", id: "x" },
    ],
    ['{"level":30,"event":"listening","port":1}', { level: 30, event: "listening", port: 1 }],
  ])("is an event, however wrangler painted it: %j", (line, event) => {
    expect(parseEvent(line)).toEqual(event);
  });

  test.each([
    "",
    "[wrangler:info] GET / 200 OK (3ms)",
    '{"event":1}',
    '{"event":"cut',
    '{"other":"x"}',
    '} {"',
    '["event"]',
  ])("is something else: %j", (line) => {
    expect(parseEvent(line)).toBeNull();
  });
});
