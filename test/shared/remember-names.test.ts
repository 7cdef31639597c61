import { describe, expect, it } from "vitest";
import { LONGEST_NAME, MOST_NAMES, rememberNames } from "../../shared/remember-names.ts";

/** A question that counts how often it is asked. */
function counted() {
  const asked: string[] = [];
  const names = rememberNames((name) => {
    asked.push(name);
    return name.startsWith("x-");
  });
  return { asked, ...names };
}

const long = (length: number) => `x-${"a".repeat(length - 2)}`;

describe("the answers about names", () => {
  it("are each of their own name, asked for once or again", () => {
    const { answer, asked } = counted();
    for (let round = 0; round < 3; round += 1) {
      expect(answer("x-a")).toBe(true);
      expect(answer("cookie")).toBe(false);
    }
    expect(asked).toEqual(["x-a", "cookie"]);
  });

  it("are never more than so many, whatever names come, and stay right", () => {
    const { answer, asked, size } = counted();
    for (let at = 0; at < MOST_NAMES * 3; at += 1) {
      expect(answer(`x-${at}`)).toBe(true);
      expect(answer(`y-${at}`)).toBe(false);
      expect(size()).toBeLessThanOrEqual(MOST_NAMES);
    }
    expect(asked).toHaveLength(MOST_NAMES * 6);
  });

  it("are kept until there are so many of them, and not for less", () => {
    const { answer, asked, size } = counted();
    for (let at = 0; at < MOST_NAMES; at += 1) answer(`x-${at}`);
    expect(size()).toBe(MOST_NAMES);
    answer("x-0");
    expect(asked).toHaveLength(MOST_NAMES);
    answer("one more");
    expect(size()).toBe(1);
  });

  it("of long names are not kept at all", () => {
    const { answer, asked, size } = counted();
    answer(long(LONGEST_NAME));
    expect(size()).toBe(1);
    for (let round = 0; round < 2; round += 1) {
      expect(answer(long(LONGEST_NAME + 1))).toBe(true);
      expect(answer("a".repeat(20_000))).toBe(false);
    }
    expect(size()).toBe(1);
    expect(asked).toHaveLength(5);
  });
});
