import { headerName, type HeaderName } from "./header-name.ts";
import { createKnownNames } from "./known-names.ts";
import type { LineRuns } from "./line-runs.ts";

/** What follows from the names of a pull's headers alone. */
export interface PullNames {
  /** What each line is by its name. */
  readonly all: readonly HeaderName[];
  /** The lines that anything is decided by, and their names. */
  readonly deciding: readonly number[];
  readonly decidingNames: readonly HeaderName[];
  /** Whether every one is a token (RFC 9110 5.6.2). */
  readonly areTokens: boolean;
  /** The bits of those identities that are said twice. */
  readonly doubled: number;
  /** Which lines the application saw the last time, and what that depended on beside the names. */
  forwarded: {
    readonly nominated: string;
    readonly hasToken: boolean;
    readonly isAccepted: boolean;
    readonly lines: LineRuns;
  } | null;
}

/** What follows from some names, in their order. */
export function pullNamesOf(all: readonly HeaderName[]): PullNames {
  const deciding = [...all.keys()].filter((line) => isDeciding(all[line] as HeaderName));
  return {
    all,
    deciding,
    decidingNames: deciding.map((line) => all[line] as HeaderName),
    areTokens: all.every(({ isToken }) => isToken),
    doubled: doubledIdentity(all),
    forwarded: null,
  };
}

const known = createKnownNames(headerName, pullNamesOf);

/**
 * The same of headers as Node has them.
 *
 * @param rawHeaders names and values in turn.
 */
export function pullNames(rawHeaders: readonly string[]): PullNames {
  return known.facts(known.of(rawHeaders));
}

function isDeciding({ single, isSecret, isAccessToken, isConnection }: HeaderName): boolean {
  return single !== null || isSecret || isAccessToken || isConnection;
}

/** An identity that is said twice is nobody's: which of the two an application believes is its own affair. */
function doubledIdentity(names: readonly HeaderName[]): number {
  let seen = 0;
  let doubled = 0;
  for (const { keptIdentity } of names) {
    doubled |= seen & keptIdentity;
    seen |= keptIdentity;
  }
  return doubled;
}
