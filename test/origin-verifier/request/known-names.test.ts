import { describe, expect, it } from "vitest";
import {
  createKnownNames,
  MOST_NAMES_KEPT,
  MOST_SEQUENCES,
} from "../../../origin-verifier/request/known-names.ts";

function world() {
  let worked = 0;
  const known = createKnownNames(
    (written) => written.toLowerCase(),
    (names) => {
      worked += 1;
      return names.join(" ");
    },
  );
  const facts = (...names: readonly string[]): string => {
    let at = known.start();
    for (const name of names) at = known.follow(at, name);
    return known.facts(at);
  };
  return { known, facts, worked: () => worked };
}

describe("known names", () => {
  it("are worked out once a sequence", () => {
    const { facts, worked } = world();
    for (const _ of "123") {
      expect(facts("Host", "Accept")).toBe("host accept");
      expect(facts("Accept", "Host")).toBe("accept host");
      expect(facts("Host")).toBe("host");
      expect(facts()).toBe("");
    }
    expect(worked()).toBe(4);
  });

  it("are as they were written: another case is another sequence", () => {
    const { facts, worked } = world();
    expect([facts("Host"), facts("HOST"), facts("Host")]).toEqual(["host", "host", "host"]);
    expect(worked()).toBe(2);
  });

  it("keep no more than so many, whatever is sent", () => {
    const { known, facts } = world();
    for (let count = 0; count < 3 * MOST_SEQUENCES; count += 1) {
      expect(facts("Host", `X-${count}`)).toBe(`host x-${count}`);
      expect(known.size()).toBeLessThanOrEqual(MOST_SEQUENCES);
    }
    const many = Array.from({ length: 2 * MOST_SEQUENCES }, (_, at) => `y-${at}`);
    expect(facts(...many)).toBe(many.join(" "));
    expect(known.size()).toBeLessThanOrEqual(MOST_SEQUENCES);
    expect(facts("Host")).toBe("host");
  });

  it("keep no name that is longer than names are, and read it all the same", () => {
    const { known, facts } = world();
    const long = "x".repeat(5_000);
    expect(facts("Host", long, "Accept")).toBe(`host ${long} accept`);
    const before = known.size();
    for (const _ of "123") facts("Host", long);
    expect(known.size()).toBe(before);
  });

  it("keep nothing of what comes behind more names than heads have, nor throw out others for it", () => {
    const { known, facts, worked } = world();
    facts("Host", "Accept");
    const many = Array.from({ length: 3 * MOST_SEQUENCES }, (_, at) => `y-${at}`);
    for (const _ of "123") expect(facts(...many)).toBe(many.join(" "));
    expect(known.size()).toBe(2 + MOST_NAMES_KEPT);
    const before = worked();
    facts("Host", "Accept");
    expect(worked()).toBe(before);
  });

  it("keep on in a new beginning, where the old one was full in the midst of a head", () => {
    const { known, facts } = world();
    for (let count = 0; count < MOST_SEQUENCES; count += 1) facts(`x-${count}`);
    expect(facts("a", "b", "c")).toBe("a b c");
    expect(known.size()).toBe(0);
    expect(facts("a", "b", "c")).toBe("a b c");
    expect(known.size()).toBe(3);
  });
});
