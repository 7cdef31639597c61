import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseOrigin, type Origin } from "../../shared/origin.ts";
import { askInTurn, type OnTheWay, type Outcome } from "../../worker/ask-in-turn.ts";
import { createOriginMemory, type Origins } from "../../worker/origin-memory.ts";
import type { PullFailure } from "../../worker/pull-failure.ts";
import { mayRepeat } from "../../worker/repeat.ts";

const origins = ["a", "b", "c", "d"].map((name) => parseOrigin(`https://${name}.test`)) as [
  Origin,
  Origin,
  Origin,
  Origin,
];
const [a, b] = origins;

const lost: PullFailure = { cause: "network", detail: "lost" };
const down: PullFailure = { cause: "edge-status", status: 521 };
const refused: PullFailure = { cause: "refused", status: 403, refusal: "abcdefgh" };
const noApplication: PullFailure = { cause: "refused", status: 502, refusal: "abcdefgh" };

/** Asks with what each pull will come to, in its order; whoever is asked beyond that answers. */
async function run(
  fates: readonly (PullFailure | "visitor-left" | null)[],
  {
    isSafe = true,
    hasBody = false,
    among = [a, b] as Origins,
    memory = createOriginMemory(),
    took = 0,
  } = {},
) {
  const asked: string[] = [];
  const shares: (number | null)[] = [];
  const told: OnTheWay[] = [];
  let now = 0;
  const result = await askInTurn<string>({
    origins: among,
    isSafe,
    hasBody,
    memory,
    now: () => now,
    deadline: 1_000,
    ask: async (origin, share): Promise<Outcome<string>> => {
      const fate = fates[asked.length] ?? null;
      asked.push(origin.hostname.slice(0, 1));
      shares.push(share);
      now += took;
      if (fate === "visitor-left") return fate;
      return fate === null ? { answer: origin.hostname } : { failure: fate };
    },
    tell: (happened) => told.push(happened),
  });
  return { ...result, asked: asked.join(""), shares, told };
}

describe("a safe request", () => {
  test.each([
    ["answered at once", [], "a"],
    ["lost once, as a kept connection may be", [lost], "aa"],
    ["lost for good", [lost, lost], "aab"],
    ["not even connected", [down], "ab"],
    ["without an application", [noApplication], "ab"],
    ["lost everywhere", [lost, lost, lost, lost, lost], "aab"],
    ["refused", [refused], "a"],
    ["refused at the second", [down, refused], "ab"],
    ["of a visitor who left", ["visitor-left"], "a"],
  ] as const)("%s is asked for in this order", async (_, fates, expected) => {
    expect((await run(fates)).asked).toBe(expected);
  });

  test("of one origin alone is repeated there once, and only after a lost connection", async () => {
    for (const [failure, expected] of [
      [lost, "aa"],
      [down, "a"],
      [noApplication, "a"],
      [refused, "a"],
    ] as const)
      expect((await run([failure, failure, failure], { among: [a] })).asked).toBe(expected);
  });

  test("leaves to the next origin its share of the time, and to the last all that is left", async () => {
    const { asked, shares } = await run([down, down], { among: origins, took: 100 });
    expect([asked, shares]).toEqual(["abc", [250, 300, 400]]);
    expect((await run([down], { took: 100 })).shares).toEqual([500, null]);
    expect((await run([lost], { among: [a] })).shares).toEqual([null, null]);
  });

  test("leaves nothing to one that is remembered as failing", async () => {
    const memory = createOriginMemory();
    memory.failed(b, "down", 0);
    expect((await run([], { memory })).shares).toEqual([null]);
  });

  test("is over when its time is", async () => {
    expect(await run([down], { took: 1_000 })).toMatchObject({ asked: "a", attempts: 1 });
  });

  test("goes past one that fails, until it has answered", async () => {
    const memory = createOriginMemory();
    const first = await run([lost, lost], { memory });
    expect(first.told).toEqual([
      { kind: "failing", origin: a },
      { kind: "failed-over", from: a, to: b, failure: lost },
    ]);
    expect((await run([], { memory })).asked).toBe("b");
    // Where the other one fails too, the first is asked all the same, and once.
    const last = await run([down], { memory });
    expect(last).toMatchObject({ asked: "ba", outcome: { answer: "a.test" } });
    expect(last.told.at(-1)).toEqual({ kind: "back", origin: a });
    expect((await run([], { memory })).asked).toBe("a");
  });
});

describe("an unsafe request", () => {
  test.each([lost, down, noApplication, refused])("is made once, after %o", async (failure) => {
    const asked = await run([failure, failure], { isSafe: false });
    expect(asked).toMatchObject({ asked: "a", attempts: 1, outcome: { failure } });
    expect(asked.shares).toEqual([null]);
  });

  test("goes to the first origin that is not remembered as failing", async () => {
    const memory = createOriginMemory();
    await run([down], { isSafe: false, memory });
    expect((await run([down], { isSafe: false, memory })).asked).toBe("b");
    expect((await run([], { isSafe: false, memory })).asked).toBe("a");
  });
});

test("of a single origin nothing is remembered, and nothing told", async () => {
  const memory = createOriginMemory();
  const { told } = await run([down], { among: [a], memory });
  expect([told, memory.size()]).toEqual([[], 0]);
});

test("a refusal turns nobody away from an origin: a visitor could be refused on purpose", async () => {
  const memory = createOriginMemory();
  for (let times = 0; times < 10; times += 1) await run([refused], { memory });
  expect((await run([], { memory })).asked).toBe("a");
  expect(memory.size()).toBe(0);
});

test("nor does an upload, of which a visitor may send half, or all of it slowly; but a dead origin is dead", async () => {
  const memory = createOriginMemory();
  const upload = { isSafe: false, hasBody: true, memory };
  const edges = [520, 524].map((status): PullFailure => ({ cause: "edge-status", status }));
  for (const failure of [lost, { cause: "deadline", seconds: 30 } as const, ...edges])
    for (const _ of [1, 2, 3]) await run([failure], upload);
  expect(memory.size()).toBe(0);
  // What it says nothing of is not forgotten for its sake either.
  await run([lost], { isSafe: false, memory });
  await run([lost], upload);
  expect(memory.size()).toBe(1);
  await run([down], upload);
  expect((await run([], upload)).asked).toBe("b");
});

const failure = fc.oneof(
  fc.constantFrom<PullFailure>(
    lost,
    { cause: "deadline", seconds: 30 },
    { cause: "share", seconds: 15 },
    { cause: "unexpected", detail: "" },
  ),
  fc
    .integer({ min: 520, max: 530 })
    .map((status): PullFailure => ({ cause: "edge-status", status })),
  fc
    .integer({ min: 400, max: 511 })
    .map((status): PullFailure => ({ cause: "refused", status, refusal: null })),
);
const requests = fc.array(
  fc.record({
    method: fc.constantFrom("GET", "HEAD", "OPTIONS", "POST", "PUT", "DELETE", "PATCH", "PROPFIND"),
    hasBody: fc.boolean(),
    fates: fc.array(fc.option(failure), { maxLength: 8 }),
    after: fc.nat({ max: 100_000 }),
  }),
  { maxLength: 20 },
);

test("whatever fails, and in whatever order: an unsafe request reaches an application at most once, and a safe one each origin once and one of them twice", async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 4 }), requests, async (many, sequence) => {
      const [first, ...others] = origins.slice(0, many);
      const among: Origins = [first ?? a, ...others];
      const memory = createOriginMemory();
      let now = 0;
      for (const { method, hasBody, fates, after } of sequence) {
        now += after;
        const reached = new Map<Origin, number>();
        const isSafe = mayRepeat({ method, headers: new Map() }, hasBody);
        await askInTurn<string>({
          origins: among,
          isSafe,
          hasBody,
          memory,
          now: () => now,
          deadline: now + 1_000,
          // The worst that can be: whatever is asked has reached the application, and only its answer is lost.
          ask: async (origin) => {
            const fate =
              fates[[...reached.values()].reduce((sum, times) => sum + times, 0)] ?? null;
            reached.set(origin, (reached.get(origin) ?? 0) + 1);
            return fate === null ? { answer: "" } : { failure: fate };
          },
          tell: () => undefined,
        });
        const times = [...reached.values()];
        const total = times.reduce((sum, one) => sum + one, 0);
        const isRepeatable = ["GET", "HEAD", "OPTIONS"].includes(method) && !hasBody;
        expect(total).toBeGreaterThan(0);
        expect(total).toBeLessThanOrEqual(isRepeatable ? many + 1 : 1);
        expect(Math.max(...times)).toBeLessThanOrEqual(2);
        expect(times.filter((one) => one === 2).length).toBeLessThanOrEqual(1);
        for (const origin of reached.keys()) expect(among).toContain(origin);
      }
    }),
  );
});
