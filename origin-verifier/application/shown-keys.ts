import { headerName } from "../request/header-name.ts";
import { createKnownNames } from "../request/known-names.ts";

/** Under which key a header line is shown to a handler of this process. */
export interface ShownKey {
  readonly lower: string;
  /** Whether its value is ours, and not what came. */
  readonly isOurs: boolean;
  /** Whether every JavaScript object has something of this name. */
  readonly isInherited: boolean;
}

const known = createKnownNames<ShownKey, readonly ShownKey[]>(
  (written) => {
    const { lower, isForApplication, isHopByHop, isInherited } = headerName(written);
    return { lower, isOurs: !isForApplication || isHopByHop, isInherited };
  },
  (keys) => keys,
);

/**
 * The key of each line.
 *
 * @param rawHeaders names and values in turn.
 */
export function shownKeys(rawHeaders: readonly string[]): readonly ShownKey[] {
  return known.facts(known.of(rawHeaders));
}
