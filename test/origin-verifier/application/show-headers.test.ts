import { IncomingMessage } from "node:http";
import { afterEach, expect, it, vi } from "vitest";
import { guarded } from "../../../origin-verifier/application/guard.ts";
import { DEFAULT_LIMITS } from "../../../origin-verifier/limits.ts";

afterEach(() => vi.restoreAllMocks());

const make = () => guarded(() => {}, null, DEFAULT_LIMITS);

it("begins on a Node that shows headers as we have it show them", () => {
  expect(make).not.toThrow();
});

const prototype = IncomingMessage.prototype as unknown as {
  _addHeaderLines: (lines: readonly string[], count: number) => void;
};

it.each([
  ["does not take other lines", () => {}],
  [
    "keeps what came before them",
    function keeps(this: { rawHeaders: readonly string[] }, lines: readonly string[]) {
      this.rawHeaders = [...this.rawHeaders, ...lines];
    },
  ],
])("does not begin on one that %s", (_, other) => {
  vi.spyOn(prototype, "_addHeaderLines").mockImplementation(other);
  expect(make).toThrow("this Node shows headers in another way");
});

it("nor on one that has another way for them", () => {
  const given: unknown = Reflect.get(prototype, "_addHeaderLines");
  Reflect.deleteProperty(prototype, "_addHeaderLines");
  try {
    expect(make).toThrow(TypeError);
  } finally {
    Reflect.set(prototype, "_addHeaderLines", given);
  }
});
