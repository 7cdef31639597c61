import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseOrigin, type Origin } from "../../shared/origin.ts";
import {
  createOriginMemory,
  type Blame,
  type OriginMemory,
  type Origins,
  type Turn,
} from "../../worker/origin-memory.ts";

const [a, b, c] = ["a", "b", "c"].map((name) => parseOrigin(`https://${name}.test`)) as [
  Origin,
  Origin,
  Origin,
];
const all: Origins = [a, b, c];
const SECOND = 1_000;
const MINUTE = 60 * SECOND;

/** In which order a request may ask at a time, by the first letters. */
function orderOf(memory: OriginMemory, isSafe: boolean, now: number) {
  return memory.order(all, isSafe, now).map(({ origin }) => origin.hostname[0]);
}

describe("a failing origin", () => {
  test("is asked last from the first time that nobody is there, and its rest is not the others'", () => {
    const memory = createOriginMemory();
    expect(orderOf(memory, true, 0)).toEqual(["a", "b", "c"]);
    expect(memory.failed(a, "down", 0)).toBe(true);
    expect(memory.failed(a, "down", 1)).toBe(false);
    expect(orderOf(memory, true, 1)).toEqual(["b", "c", "a"]);
    expect(orderOf(memory, false, 1)).toEqual(["b", "c", "a"]);
  });

  test("is one only after two doubts in a row", () => {
    const memory = createOriginMemory();
    expect(memory.failed(a, "doubtful", 0)).toBe(false);
    expect(memory.answered(a)).toBe(false);
    expect(memory.failed(a, "doubtful", 1)).toBe(false);
    expect(orderOf(memory, false, 2)).toEqual(["a", "b", "c"]);
    expect(memory.failed(a, "doubtful", 3)).toBe(true);
    expect(orderOf(memory, false, 4)).toEqual(["b", "c", "a"]);
  });

  test("is tried again by one safe request after its rest, and by no unsafe one", () => {
    const memory = createOriginMemory();
    memory.failed(a, "down", 0);
    expect(orderOf(memory, true, 5 * SECOND - 1)).toEqual(["b", "c", "a"]);
    expect(orderOf(memory, false, 5 * SECOND)).toEqual(["b", "c", "a"]);
    expect(orderOf(memory, true, 5 * SECOND)).toEqual(["a", "b", "c"]);
    // The one that is on its way there is enough.
    expect(orderOf(memory, true, 5 * SECOND)).toEqual(["b", "c", "a"]);
    expect(orderOf(memory, true, 15 * SECOND - 1)).toEqual(["b", "c", "a"]);
    expect(orderOf(memory, true, 15 * SECOND)).toEqual(["a", "b", "c"]);
  });

  test("rests no longer than a minute, however often it fails", () => {
    const memory = createOriginMemory();
    let now = 0;
    for (let times = 0; times < 20; times += 1) {
      memory.failed(a, "down", now);
      now += MINUTE;
      expect(orderOf(memory, true, now)).toEqual(["a", "b", "c"]);
    }
  });

  test("rests as long as was said before, where the clock was set back meanwhile", () => {
    const memory = createOriginMemory();
    memory.failed(a, "down", 10 * SECOND);
    memory.failed(a, "down", 2 * SECOND);
    expect(orderOf(memory, true, 15 * SECOND - 1)).toEqual(["b", "c", "a"]);
    expect(orderOf(memory, true, 15 * SECOND)).toEqual(["a", "b", "c"]);
  });

  test("is asked first again once it has answered", () => {
    const memory = createOriginMemory();
    memory.failed(a, "down", 0);
    expect(memory.answered(a)).toBe(true);
    expect(memory.answered(a)).toBe(false);
    expect(orderOf(memory, false, 1)).toEqual(["a", "b", "c"]);
    expect(memory.size()).toBe(0);
  });

  test("is forgotten after five minutes in which nobody asked it, for unsafe requests too", () => {
    const memory = createOriginMemory();
    memory.failed(a, "down", 0);
    expect(orderOf(memory, false, 5 * MINUTE - 1)).toEqual(["b", "c", "a"]);
    expect(orderOf(memory, false, 5 * MINUTE)).toEqual(["a", "b", "c"]);
    expect(memory.size()).toBe(0);
  });

  test("behind a good one is not tried for nothing", () => {
    const memory = createOriginMemory();
    memory.failed(b, "down", 0);
    expect(orderOf(memory, true, MINUTE)).toEqual(["a", "c", "b"]);
  });

  test("is asked all the same where all of them fail, in the order of the mapping", () => {
    const memory = createOriginMemory();
    for (const origin of [c, b, a]) memory.failed(origin, "down", 0);
    for (const isSafe of [true, false]) expect(orderOf(memory, isSafe, 1)).toEqual(["a", "b", "c"]);
  });
});

type Step =
  | {
      readonly do: "answered" | "order" | "order-unsafe";
      readonly at: number;
      readonly after: number;
    }
  | { readonly do: Blame; readonly at: number; readonly after: number };

const anyStep: fc.Arbitrary<Step> = fc.record({
  do: fc.constantFrom("answered", "down", "doubtful", "order", "order-unsafe"),
  at: fc.nat({ max: 2 }),
  after: fc.oneof(fc.nat({ max: 4_000 }), fc.nat({ max: 400_000 })),
});

type Story = { readonly what: "answered" | Blame; readonly time: number }[];

/** What must be remembered of one origin, written as plainly as can be: the story so far, read anew each time. */
function isFailingBy(story: Readonly<Story>, now: number): boolean {
  let [doubts, failing, last] = [0, false, Number.NEGATIVE_INFINITY];
  for (const { what, time } of story) {
    if (time - last >= 5 * MINUTE) [doubts, failing] = [0, false];
    if (what === "answered") [doubts, failing] = [0, false];
    else {
      doubts += 1;
      failing ||= what === "down" || doubts >= 2;
      last = time;
    }
  }
  return failing && now - last < 5 * MINUTE;
}

/** The order that the good ones before the failing, both as the mapping has them, would be. */
function inOrder(turns: readonly Turn[]): readonly Turn[] {
  return turns.toSorted(
    (x, y) =>
      Number(x.failing) - Number(y.failing) || all.indexOf(x.origin) - all.indexOf(y.origin),
  );
}

/** Carries one step out, and says what the memory gave and what the plain story says that it must give. */
function compare(memory: OriginMemory, stories: readonly Story[], step: Step, now: number) {
  const origin = all[step.at] ?? a;
  const story = stories[step.at] ?? [];
  const before = isFailingBy(story, now);
  if (step.do === "order" || step.do === "order-unsafe") {
    const turns = memory.order(all, step.do === "order", now);
    // A safe request may begin with one that fails, while another does not.
    const [, ...others] = turns;
    const ordered = step.do === "order" ? others : turns;
    return {
      gave: [turns.length, new Set(turns.map((turn) => turn.origin)), ordered, failingOf(turns)],
      must: [
        all.length,
        new Set(all),
        inOrder(ordered),
        all.filter((_, at) => isFailingBy(stories[at] ?? [], now)),
      ],
    };
  }
  if (step.do === "answered") {
    // What is forgotten by time alone may be told of as well as not.
    const known = memory.answered(origin);
    story.push({ what: "answered", time: now });
    return { gave: known || !before, must: true };
  }
  const began = memory.failed(origin, step.do, now);
  story.push({ what: step.do, time: now });
  return { gave: began, must: !before && isFailingBy(story, now) };
}

function failingOf(turns: readonly Turn[]): readonly Origin[] {
  return all.filter((origin) => turns.find((turn) => turn.origin === origin)?.failing === true);
}

test("whatever happens: every origin once, the good ones in their order before the failing, at most one tried out, and none but the mapping's remembered", () => {
  fc.assert(
    fc.property(fc.array(anyStep, { maxLength: 60 }), (steps) => {
      const memory = createOriginMemory();
      const stories: readonly Story[] = all.map(() => []);
      let now = 0;
      for (const one of steps) {
        now += one.after;
        const { gave, must } = compare(memory, stories, one, now);
        expect(gave).toEqual(must);
        expect(memory.size()).toBeLessThanOrEqual(all.length);
      }
    }),
  );
});
