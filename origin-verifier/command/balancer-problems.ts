import { readBalancers } from "../listener/balancers.ts";

/** What is wrong with the addresses of balancers, as sentences that begin with where they were written. */
export function balancerProblems(written: readonly string[], place: string): readonly string[] {
  const read = readBalancers(written);
  return read.ok ? [] : read.problems.map(({ message }) => `${place}: ${message}`);
}
