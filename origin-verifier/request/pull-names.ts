import { headerName, type HeaderName, type Single } from "./header-name.ts";
import { createKnownNames } from "./known-names.ts";
import type { LineRuns } from "./line-runs.ts";

/** What follows from the names of a pull's headers alone. */
export interface PullNames {
  /** What each line is by its name. */
  readonly all: readonly HeaderName[];
  /** The lines that anything is decided by, and their names. */
  readonly deciding: readonly number[];
  readonly decidingNames: readonly HeaderName[];
  /** Where each of them stands among those lines. */
  readonly places: DecidingPlaces;
  /** Whether every one is a token (RFC 9110 5.6.2). */
  readonly areTokens: boolean;
  /** The bits of those identities that are said twice. */
  readonly doubled: number;
  /** Whether one of them names another method to some applications. */
  readonly overridesMethod: boolean;
  /** Which lines the application saw the last time, and what that depended on beside the names. */
  forwarded: {
    readonly nominated: string;
    readonly hasToken: boolean;
    readonly isAccepted: boolean;
    readonly lines: LineRuns;
  } | null;
}

/** Places among the lines that anything is decided by; -1 for what is not there. */
export interface DecidingPlaces {
  readonly single: Readonly<Record<Single, number>>;
  /** The first that is said again and may not be. */
  readonly twice: Single | null;
  /** -1 also where there are more than one. */
  readonly secret: number;
  /** -1 also where there are more than one. */
  readonly token: number;
  readonly connection: readonly number[];
}

/** What follows from some names, in their order. */
export function pullNamesOf(all: readonly HeaderName[]): PullNames {
  const deciding = [...all.keys()].filter((line) => isDeciding(all[line] as HeaderName));
  const decidingNames = deciding.map((line) => all[line] as HeaderName);
  return {
    all,
    deciding,
    decidingNames,
    places: placesOf(decidingNames),
    areTokens: all.every(({ isToken }) => isToken),
    doubled: doubledIdentity(all),
    overridesMethod: all.some(({ isMethodOverride }) => isMethodOverride),
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

function placesOf(names: readonly HeaderName[]): DecidingPlaces {
  const single: Record<Single, number> = {
    host: -1,
    "content-length": -1,
    "transfer-encoding": -1,
    expect: -1,
    upgrade: -1,
    "x-forwarded-host": -1,
  };
  let twice: Single | null = null;
  for (const [place, { single: name }] of names.entries()) {
    if (name === null) continue;
    if (single[name] !== -1) twice ??= name;
    single[name] = place;
  }
  const placesWhere = (is: (name: HeaderName) => boolean): readonly number[] =>
    [...names.keys()].filter((place) => is(names[place] as HeaderName));
  return {
    single,
    twice,
    secret: onlyOne(placesWhere(({ isSecret }) => isSecret)),
    token: onlyOne(placesWhere(({ isAccessToken }) => isAccessToken)),
    connection: placesWhere(({ isConnection }) => isConnection),
  };
}

function onlyOne(places: readonly number[]): number {
  return places.length === 1 ? (places[0] as number) : -1;
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
