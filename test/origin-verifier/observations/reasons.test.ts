import { describe, expect, test } from "vitest";
import { explain } from "../../../cli/local-world/explain.ts";
import { nextStep, plainWords } from "../../../origin-verifier/observations/plain-words.ts";
import {
  provesIssuer,
  REASON_KINDS,
  reasonKind,
} from "../../../origin-verifier/observations/reason-kind.ts";
import { ALL_REASONS } from "../../support/made-up-trust.ts";

describe("every reason", () => {
  for (const reason of ALL_REASONS) {
    test(`${reason} has a kind, words of its own and a next step`, () => {
      expect(REASON_KINDS).toContain(reasonKind(reason));
      const same = ALL_REASONS.filter((other) => plainWords(other) === plainWords(reason));
      expect(same).toEqual([reason]);
      expect(nextStep(reason).words).toMatch(/^[A-Z].*[.?]$/);
      expect(explain(reason)).toBe(plainWords(reason));
    });
  }
});

test("a stranger's reason never proves an issuer", () => {
  const proving = ALL_REASONS.filter(provesIssuer);
  expect(proving.map(reasonKind).filter((kind) => kind !== "certificate")).toEqual([]);
  // Read from the certificate before anybody has looked at who signed it: anybody's certificate can be given them.
  for (const reason of ["weak-key", "certificate-expired", "certificate-is-a-ca"] as const)
    expect(proving).not.toContain(reason);
});
