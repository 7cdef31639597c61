import type { JudgedPull } from "../judge/verdict.ts";
import type { HeaderName } from "./header-name.ts";
import { runsOf, type LineRuns } from "./line-runs.ts";
import { isOfOneConnection, type RequestHead } from "./request-head.ts";

/** Whoever names more in `Connection` is looked at anew each time: nothing that long is kept. */
const LONGEST_NOMINATED = 64;

/**
 * The lines of a pull's own that the application sees: none of one connection, and none that claims who somebody is. Of a refused pull
 * that report mode lets through none that says anything of the visitor.
 *
 * It depends on their names, on `Connection`, on whether the mapping asks for a token and on the verdict: nearly always those of
 * the pull before.
 *
 * @param hasToken whether the judge has looked at `Cf-Access-Jwt-Assertion`.
 */
export function forwardedLines(head: RequestHead, pull: JudgedPull, hasToken: boolean): LineRuns {
  const { names } = head;
  const nominated = head.nominated.length === 0 ? "" : head.nominated.join();
  const isAccepted = pull.verdict === "accepted";
  const { forwarded } = names;
  if (
    forwarded?.nominated === nominated &&
    forwarded.hasToken === hasToken &&
    forwarded.isAccepted === isAccepted
  )
    return forwarded.lines;
  // A set: lines by names of Connection are as many as both together may be, and not their product.
  const taken = new Set(head.nominated);
  const isSeen = (name: HeaderName): boolean =>
    isForwarded(name, taken, names.doubled, isAccepted, hasToken);
  const lines = runsOf(names.all, isSeen);
  if (nominated.length <= LONGEST_NOMINATED)
    names.forwarded = { nominated, hasToken, isAccepted, lines };
  return lines;
}

function isForwarded(
  name: HeaderName,
  nominated: ReadonlySet<string>,
  doubled: number,
  isAccepted: boolean,
  hasToken: boolean,
): boolean {
  if (isOfOneConnection(name, nominated)) return false;
  if (name.isAccessToken) return hasToken && isAccepted;
  if (!name.isForApplication) return false;
  // Whoever was refused may be anybody: what it says of the visitor is worth nothing.
  return name.keptIdentity === 0 || (isAccepted && !(name.keptIdentity & doubled));
}
