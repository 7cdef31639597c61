import { expect, test, vi } from "vitest";
import { remembering } from "../../worker/remembering.ts";

test("what was found is found again, null too, and of no more than 256 texts", () => {
  const find = vi.fn<(text: string) => string | null>((text) => (text === "" ? null : text));
  const remembered = remembering(find);
  const all = ["", ...Array.from({ length: 255 }, (_, at) => `name-${at}`)];
  for (const text of [...all, ...all]) expect(remembered(text)).toBe(text === "" ? null : text);
  expect(find).toHaveBeenCalledTimes(256);
  expect(remembered("one more")).toBe("one more");
  expect(remembered("name-7")).toBe("name-7");
  expect(find).toHaveBeenCalledTimes(258);
});

test("a long text is not remembered: somebody may send many of them", () => {
  const find = vi.fn<(text: string) => number>((text) => text.length);
  const remembered = remembering(find);
  for (const length of [256, 256, 257, 257]) expect(remembered("x".repeat(length))).toBe(length);
  expect(find).toHaveBeenCalledTimes(3);
});
