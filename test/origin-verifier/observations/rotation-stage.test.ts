import { expect, test } from "vitest";
import { QUIET_MS, rotationStage } from "../../../origin-verifier/observations/rotation-stage.ts";
import { fingerprint } from "../../support/made-up-trust.ts";

const NOW = 10 * QUIET_MS;
const [FIRST, SECOND, THIRD] = [fingerprint(1), fingerprint(2), fingerprint(3)];
const seen = (one: typeof FIRST, ago: number) => ({ fingerprint: one, lastSeen: NOW - ago });

test.each([
  ["none, of one certificate", [FIRST], [seen(FIRST, 0)], null],
  ["none, whatever else was presented", [FIRST], [seen(SECOND, 0)], null],
  ["accept, where nobody has pulled with the second", [FIRST, SECOND], [seen(FIRST, 0)], "accept"],
  ["accept, where nobody has pulled at all", [FIRST, SECOND], [], "accept"],
  ["present, where both pull", [FIRST, SECOND], [seen(FIRST, 0), seen(SECOND, 5)], "present"],
  [
    "present, until the quiet time is over",
    [FIRST, SECOND],
    [seen(SECOND, QUIET_MS - 1)],
    "present",
  ],
  ["retire, from then on", [FIRST, SECOND], [seen(FIRST, 0), seen(SECOND, QUIET_MS)], "retire"],
  [
    "present, as long as one of several still pulls",
    [FIRST, SECOND, THIRD],
    [seen(SECOND, 2 * QUIET_MS), seen(THIRD, 1)],
    "present",
  ],
] as const)("the stage is %s", (_what, listed, given, stage) => {
  expect(rotationStage(listed, given, NOW)).toBe(stage);
});
