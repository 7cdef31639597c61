import type { Reader } from "../../origin-verifier/fast-path/reader.ts";

/** Who reads what is proxied, in tests of both: PULLPROOF_READER says `node` for a run with Node's parser alone. */
export const READER: Reader = process.env["PULLPROOF_READER"] === "node" ? "node" : "fast";
