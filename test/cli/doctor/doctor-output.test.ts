import picocolors from "picocolors";
import { describe, expect, it } from "vitest";
import { createDoctorOutput } from "../../../cli/command/doctor-output.ts";
import { problem, warning, type Diagnosis, type Shown } from "../../../cli/doctor/diagnosis.ts";
import type { Speaker } from "../../../cli/manners/io.ts";
import type { HostPattern } from "../../../shared/hostname.ts";

const LONG =
  "the mapping says hostname, but level shared is in force: docs.example.com has no association";

function said(columns: number, isTerminal: boolean, ...all: readonly Shown[]): readonly string[] {
  const lines: string[] = [];
  const speaker: Speaker = {
    line: (text = "") => void lines.push(text),
    text: (text) => void lines.push(text),
    colours: picocolors.createColors(false),
    isTerminal,
    columns,
  };
  const { signal: lost } = new AbortController();
  const { tell } = createDoctorOutput({ out: speaker, err: speaker, lost }, false);
  for (const shown of all) {
    const diagnosis: Diagnosis = {
      hostname: "docs.example.com" as HostPattern,
      address: null,
      probe: "level",
      tried: "level in force",
      ...shown,
    };
    tell(diagnosis);
  }
  return lines;
}

describe("what doctor tells", () => {
  it.each([60, 80, 120])("breaks no word on a terminal of %i columns", (columns) => {
    const lines = said(columns, true, problem(LONG, `${LONG}: ${LONG}`));
    expect(lines.filter((line) => line.length > columns)).toEqual([]);
    const words = lines.join(" ").split(/\s+/);
    for (const word of LONG.split(" ")) expect(words.join(" ")).toContain(word);
    expect(lines.filter((line) => line.startsWith("    next: "))).toHaveLength(1);
  });

  it("is one line beside what was tried, where it fits", () => {
    expect(said(80, true, warning("on its way", "wait"))).toEqual([
      "docs.example.com",
      `  ! ${"level in force".padEnd(44)} on its way`,
      "    next: wait",
    ]);
  });

  it("gives the terminal no orders, whatever a rule is called", () => {
    const lines = said(
      80,
      true,
      warning("a rule \u001b[2J\u009b2J\nmore", "look \u001b]0;x\u0007"),
    );
    expect(lines.join("").match(/\p{Cc}/gu)).toBeNull();
  });

  it("is one line where nobody looks at a terminal, however long", () => {
    const lines = said(80, false, problem(LONG, LONG));
    expect(lines.slice(1)).toEqual([
      `  ✗ ${"level in force".padEnd(44)} ${LONG}`,
      `    next: ${LONG}`,
    ]);
  });
});
