import { NO_TRUST_YET, type TrustHistory } from "../observations/trust-history.ts";

/**
 * What became of the trusts of several processes, as one: the swap that is longest ago, since that trust decides somewhere;
 * a reload that fails in one of them fails, and each problem is told once.
 *
 * @param failures how many reloads have failed, in those that have ended, too.
 * @param differences what sets the processes apart; told with the warnings.
 */
export function mergeHistory(
  histories: readonly TrustHistory[],
  failures: number,
  differences: readonly string[],
): TrustHistory {
  if (histories.length === 0) return { ...NO_TRUST_YET, failures, warnings: differences };
  const swaps = histories.map(({ lastSwap }) => lastSwap);
  const failing = histories.filter((one) => one.failing);
  // Where all go on with what they were told last, what failed before is history, and the last of it is shown.
  const failed = (failing.length > 0 ? failing : histories).flatMap(({ lastFailure }) =>
    lastFailure === null ? [] : [lastFailure],
  );
  const at = Math.max(...failed.map((one) => one.at));
  const told = failing.length > 0 ? failed : failed.filter((one) => one.at === at);
  return {
    lastSwap: swaps.includes(null) ? null : Math.min(...swaps.map((swap) => swap ?? 0)),
    lastFailure:
      failed.length === 0 ? null : { at, problems: once(told.flatMap(({ problems }) => problems)) },
    failures,
    failing: failing.length > 0,
    warnings: [...new Set([...differences, ...histories.flatMap(({ warnings }) => warnings)])],
  };
}

function once<T>(all: readonly T[]): readonly T[] {
  return [...new Map(all.map((one) => [JSON.stringify(one), one])).values()];
}
