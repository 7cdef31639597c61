import { parsed, type Parsed, type Problem } from "../../shared/problem.ts";
import type { AddressRanges } from "../judge/policy.ts";
import { parseAddressRanges } from "../trust/address-ranges.ts";

/** Reads the addresses and ranges of balancers; null where there is none. The problem's path is the number of the entry. */
export function readBalancers(written: readonly string[]): Parsed<AddressRanges | null> {
  if (written.length === 0) return parsed(null);
  const problems = written.flatMap((entry, index): Problem[] => {
    const read = parseAddressRanges(entry);
    if (read.ok) return [];
    return [
      { path: String(index), message: `${JSON.stringify(entry)}: ${read.problems[0].message}` },
    ];
  });
  const [problem, ...others] = problems;
  if (problem !== undefined) return { ok: false, problems: [problem, ...others] };
  return parseAddressRanges(written.join("\n"));
}
