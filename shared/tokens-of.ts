import { connectionTokens } from "./wire.ts";
import { rememberNames } from "./remember-names.ts";

/** The tokens of a `Connection` value, lower-case. The same few values come again and again. */
export const tokensOf: (value: string) => readonly string[] =
  rememberNames(connectionTokens).answer;
