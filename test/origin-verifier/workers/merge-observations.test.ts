import { describe, expect, it, test } from "vitest";
import {
  mergeObservations,
  mergeSeen,
} from "../../../origin-verifier/workers/merge-observations.ts";
import { fingerprint } from "../../support/made-up-trust.ts";
import { observation, seen } from "./reports.ts";

const MINUTE = 60_000;
const minutes = (...last: readonly number[]) => [...Array(60 - last.length).fill(0), ...last];

describe("what became of a hostname in several processes", () => {
  it("is the sum of what was accepted, and the last of the last", () => {
    const one = observation({ accepted: 3, lastAccepted: 5, acceptedByMinute: minutes(1, 2) });
    const other = observation({ accepted: 4, lastAccepted: 9, acceptedByMinute: minutes(4) });
    const none = observation({});
    expect(
      mergeObservations(
        [one, other, none].map((each) => ({ at: MINUTE, observation: each })),
        MINUTE,
      ),
    ).toMatchObject({
      accepted: 7,
      lastAccepted: 9,
      acceptedLastHour: 7,
      acceptedByMinute: minutes(1, 6),
    });
  });

  it("is the sum of each reason, minute by minute", () => {
    const refused = (total: number, last: number) =>
      new Map([["misdirected" as const, { total, last, lastHour: minutes(total) }]]);
    const merged = mergeObservations(
      [
        { at: MINUTE, observation: observation({ refused: refused(1, 20) }) },
        { at: MINUTE, observation: observation({ refused: refused(2, 10) }) },
      ],
      MINUTE,
    );
    expect([...merged.refused]).toEqual([
      ["misdirected", { total: 3, last: 20, lastHour: minutes(3) }],
    ]);
    expect(merged.reported.size).toBe(0);
  });

  test.each([
    ["in the same minute", 0, minutes(1, 2)],
    ["a minute later", 1, minutes(1, 2, 0)],
    ["when only its last minute is within the hour", 59, [2, ...Array(59).fill(0)]],
    ["an hour later", 60, minutes()],
    ["by a clock that was set back", -5, minutes(1, 2)],
  ])("what one counted that has ended grows old: %s", (_when, passed, expected) => {
    const at = 100 * MINUTE;
    const ended = { at, observation: observation({ acceptedByMinute: minutes(1, 2) }) };
    expect(mergeObservations([ended], at + passed * MINUTE).acceptedByMinute).toEqual(expected);
  });
});

describe("a certificate that several processes saw", () => {
  const early = seen(1, { firstSeen: 10, lastSeen: 20, pulls: 2, notAfter: 500 });
  const late = seen(1, {
    firstSeen: 15,
    lastSeen: 30,
    pulls: 1,
    lastVerdict: "certificate-not-accepted",
  });
  const both = { ...late, firstSeen: 10, pulls: 3, notAfter: 500 };

  it.each([
    ["whichever is first", [[early], [late]]],
    ["whichever is last", [[late], [early]]],
  ])("was last seen when the last of them saw it, with what became of it then: %s", (_n, lists) => {
    expect(mergeSeen(lists)).toEqual([both]);
  });

  it("was seen, though one alone saw it", () => {
    const merged = mergeSeen([[early], [], [seen(2, { lastSeen: 40 })]]);
    expect(merged.map((one) => one.fingerprint)).toEqual([fingerprint(2), fingerprint(1)]);
  });
});
