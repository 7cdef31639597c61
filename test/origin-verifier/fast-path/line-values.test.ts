import { expect, it } from "vitest";
import { createLineValues } from "../../../origin-verifier/fast-path/line-values.ts";

it("reads what stands there, whatever stood there before", () => {
  const { read } = createLineValues((text) => text);
  const values = ["a.example", "a.exampl", "a.examplf", "", "b".repeat(200), "\xe4", "c", "d", "e"];
  for (const _ of "123")
    for (const value of values) {
      const bytes = Buffer.from(`Host: ${value}\r\n`, "latin1");
      expect(read(bytes, 6, 6 + value.length)).toBe(value);
    }
});
