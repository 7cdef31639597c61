import { connectionTokens } from "../shared/wire.ts";
import { remembering } from "./remembering.ts";

/** The names that a `Connection` value nominates, lower-case. It is one of the same two or three, nearly always. */
export const nominatedBy = remembering(connectionTokens);
